import { answer, type components, done } from '@restante/api-client';
import { readFile } from 'node:fs/promises';
import { type Context, limitOption, pages, wholeNumber } from '../context.ts';

const LIST = '/api/v1/tenants/{tenant}/token-issuers';
const ONE = `${LIST}/{name}` as const;
type Create = components['schemas']['CreateTokenIssuer'];

interface Options extends Omit<Create, 'name' | 'jwks' | 'algorithms'> {
  algorithm: Create['algorithms'];
  /** A file. */
  jwks?: string;
}

export function addTokenIssuers({ program, api, output }: Context): void {
  const command = program
    .command('token-issuer')
    .description('issuers whose tokens (JWT) devices log in with');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(LIST, { params: { path: { tenant }, query } }));
      const items = await pages(limit, page);
      output.list(
        items.map((item) => ({ ...item })),
        ['name', 'issuer', 'audience', 'algorithms', 'keys', 'isEnabled'],
      );
    });
  command
    .command('show <tenant> <name>')
    .action(async (tenant: string, name: string) =>
      output.one(await answer(api().GET(ONE, { params: { path: { tenant, name } } }))),
    );
  command
    .command('create <tenant> <name>')
    .description('with one of --jwks, --jwks-url and --shared-key')
    .requiredOption('--issuer <iss>', 'the claim iss')
    .requiredOption('--audience <aud>', 'what the claim aud is or holds')
    .requiredOption('--algorithm <algorithm...>', 'as `ES256`')
    .option('--jwks <file>', 'a JSON Web Key Set')
    .option('--jwks-url <url>', 'where it is')
    .option('--shared-key <key>')
    .option('--username-claim <claim>', 'names the credential; sub, if left out')
    .option('--client-id-claim <claim>', 'the client identifier must equal it')
    .option('--max-lifetime-seconds <seconds>', 'longer ones are refused', wholeNumber)
    .action(async (tenant: string, name: string, { algorithm: algorithms, jwks: file, ...more }: Options) => {
      const jwks =
        file === undefined ? undefined : (JSON.parse(await readFile(file, 'utf8')) as Create['jwks']);
      const body = { name, algorithms, jwks, ...more };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
    });
  for (const isEnabled of [true, false])
    command
      .command(`${isEnabled ? 'enable' : 'disable'} <tenant> <name>`)
      .action(async (tenant: string, name: string) => {
        const params = { path: { tenant, name } };
        output.one(await answer(api().PATCH(ONE, { params, body: { isEnabled } })));
      });
  command.command('delete <tenant> <name>').action(async (tenant: string, name: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, name } } }));
    output.done(`${name} is deleted`);
  });
}
