import 'reflect-metadata';
import type { Inspection } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { writeFile } from 'node:fs/promises';
import type { CredentialDirectory } from './control/credentials/credential-directory.ts';
import type { Observed } from './control/health/observed.ts';
import { createHttp, describeApi } from './control/http.ts';
import type { Auth } from './control/people/auth.ts';
import type { Sealed } from './control/sealed.ts';
import type { SessionEventKeeper } from './control/session-events/session-event-keeper.ts';
import type { WebhookNotifier } from './control/webhooks/webhook-notifier.ts';
import { createLog } from './log.ts';

/** Writes the OpenAPI description for libs/api-client. No request is answered, so nothing behind the routes is needed. */
const nothing = {};
const { app } = await createHttp(
  {
    prisma: nothing as PrismaClient,
    inspection: nothing as Inspection,
    credentials: nothing as CredentialDirectory,
    webhooks: nothing as WebhookNotifier,
    sessionEvents: nothing as SessionEventKeeper,
    auth: nothing as Auth,
    observed: nothing as Observed,
    adminApiKey: null,
    metricsToken: null,
    secret: '',
    tokenKeys: nothing as Sealed,
    requestsAMinute: 1,
    trustedProxies: [],
    allowPrivateAddresses: false,
  },
  createLog('silent'),
);
await app.init();
const file = new URL('../../../libs/api-client/openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(describeApi(app), null, 2)}\n`);
await app.close();
