import { answer } from '@restante/api-client';
import { Option } from 'commander';
import { buffer } from 'node:stream/consumers';
import type { Context } from '../context.ts';

interface PublishOptions {
  qos: string;
  retain?: boolean;
  receipt?: boolean;
}

export function addPublish({ program, api, output, stdin }: Context): void {
  program
    .command('publish <tenant> <topic> [payload]')
    .description('publish a message; without a payload, it is read from standard input')
    .addOption(new Option('--qos <qos>').choices(['0', '1', '2']).default('0'))
    .option('--retain')
    .option('--receipt', 'what becomes of it can be asked for a day: `receipt show`')
    .action(
      async (
        tenant: string,
        topic: string,
        payload: string | undefined,
        { qos, retain, receipt }: PublishOptions,
      ) => {
        const bytes = payload === undefined ? await buffer(stdin) : Buffer.from(payload);
        const body = {
          topic,
          payload: bytes.toString('base64'),
          encoding: 'base64' as const,
          qos: Number(qos) as 0 | 1 | 2,
          retain: retain ?? false,
          receipt,
        };
        const params = { path: { tenant } };
        output.one(await answer(api().POST('/api/v1/tenants/{tenant}/messages', { params, body })));
      },
    );
}
