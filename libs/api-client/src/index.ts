export { answer, type ApiClient, type ApiClientOptions, createApiClient, done, openFile } from './client.ts';
export { createLiveClient, type LiveClient, type LiveClientOptions, type Watcher } from './live.ts';
export { ApiProblem, ApiUnreachable, type FieldProblem } from './problem.ts';
export type { components, operations, paths } from './schema.ts';
export { type Subscriptions } from './subscriptions.ts';
export type * from './types.ts';
