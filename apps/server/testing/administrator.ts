import type { Caller } from '../src/control/access.ts';

/** Who may do everything, for services that are called without a request. */
export const ADMINISTRATOR: Caller = {
  ...{ kind: 'api-key', id: 'admin', name: 'admin', isPlatformAdmin: true, person: null, keyScope: null },
  remoteAddress: '127.0.0.1',
};
