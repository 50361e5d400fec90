import { answer, type components, done } from '@restante/api-client';
import { Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { type Context, limitOption, pages } from '../context.ts';

const COLUMNS = ['name', 'subject', 'notAfter', 'nameFrom', 'isEnabled', 'isProved'];
const LIST = '/api/v1/tenants/{tenant}/certificate-authorities';
const ONE = `${LIST}/{name}` as const;
type Change = components['schemas']['UpdateCertificateAuthority'];
type Naming = Pick<Change, 'nameFrom' | 'namePrefix'>;

export function addCertificateAuthorities({ program, api, output }: Context): void {
  const command = program
    .command('certificate-authority')
    .description("authorities that issue devices' certificates");
  const change = async (tenant: string, name: string, body: Change) =>
    output.one(await answer(api().PATCH(ONE, { params: { path: { tenant, name } }, body })));
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(LIST, { params: { path: { tenant }, query } }));
      const items = await pages(limit, page);
      output.list(
        items.map((item) => ({ ...item })),
        COLUMNS,
      );
    });
  command
    .command('show <tenant> <name>')
    .action(async (tenant: string, name: string) =>
      output.one(await answer(api().GET(ONE, { params: { path: { tenant, name } } }))),
    );
  command
    .command('create <tenant> <name> <file>')
    .description('register the authority whose certificate (PEM) is in the file')
    .addOption(
      new Option('--name-from <field>', 'where the user name stands').choices([
        ...['common-name', 'san-dns', 'san-uri', 'san-email'],
      ]),
    )
    .option('--name-prefix <text>', 'what comes before it there')
    .action(async (tenant: string, name: string, file: string, naming: Naming) => {
      const body = { name, certificate: await readFile(file, 'utf8'), ...naming };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
    });
  command
    .command('prove <tenant> <name> <file>')
    .description('by a certificate for "restante tenant <tenant>" (PEM): devices need no user name then')
    .action(async (tenant: string, name: string, file: string) =>
      change(tenant, name, { proof: await readFile(file, 'utf8') }),
    );
  command
    .command('crl <tenant> <name> <file>')
    .description('replace the list of revoked certificates (CRL, PEM)')
    .action(async (tenant: string, name: string, file: string) => {
      const body = { crl: await readFile(file, 'utf8') };
      output.one(await answer(api().PUT(`${ONE}/crl`, { params: { path: { tenant, name } }, body })));
    });
  command
    .command('revoked <tenant> <name>')
    .description('the certificates that are no longer accepted')
    .addOption(limitOption())
    .action(async (tenant: string, name: string, { limit }: { limit: number }) => {
      const path = { tenant, name };
      const items = await pages(limit, (query) =>
        answer(api().GET(`${ONE}/revoked`, { params: { path, query } })),
      );
      output.list(
        items.map((item) => ({ ...item })),
        ['serialNumber', 'revokedAt', 'byCrl'],
      );
    });
  command
    .command('revoke <tenant> <name> <serialNumbers...>')
    .description('revoke a single certificate')
    .action(async (tenant: string, name: string, serialNumbers: string[]) => {
      const params = { path: { tenant, name } };
      output.one(await answer(api().POST(`${ONE}/revoked`, { params, body: { serialNumbers } })));
    });
  command
    .command('restore <tenant> <name> <serialNumber>')
    .description('undo the revocation of a single certificate')
    .action(async (tenant: string, name: string, serialNumber: string) => {
      const params = { path: { tenant, name, serialNumber } };
      await done(api().DELETE(`${ONE}/revoked/{serialNumber}`, { params }));
      output.done(`${serialNumber} is good again`);
    });
  for (const isEnabled of [true, false])
    command
      .command(`${isEnabled ? 'enable' : 'disable'} <tenant> <name>`)
      .action((tenant: string, name: string) => change(tenant, name, { isEnabled }));
  command.command('delete <tenant> <name>').action(async (tenant: string, name: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, name } } }));
    output.done(`${name} is deleted`);
  });
}
