export { answer, type ApiClient, type ApiClientOptions, createApiClient, done } from './client.ts';
export { ApiProblem, ApiUnreachable, type FieldProblem } from './problem.ts';
export type { components, operations, paths } from './schema.ts';
export type * from './types.ts';
