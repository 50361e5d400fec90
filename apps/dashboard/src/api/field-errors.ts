import { ApiProblem } from '@restante/api-client';

/** What the server says against one field of a form. */
export function errorOf(error: Error | null, field: string): string | undefined {
  return error instanceof ApiProblem ? error.errors.find(({ path }) => path === field)?.message : undefined;
}

/** The error, unless it is told at one of the form's fields already. */
export function otherErrors(error: Error | null, fields: string[]): Error | null {
  return fields.some((field) => errorOf(error, field) !== undefined) ? null : error;
}
