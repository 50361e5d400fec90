/** One field of a request that the server refused; `path` is dotted (`settings.maxQoS`). */
export interface FieldProblem {
  path: string;
  message: string;
}

/** A refusal of the control plane: its problem detail (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  /** `message` is the problem's detail, or its title where it has none. */
  constructor(
    /** HTTP status, 400 to 599. */
    readonly status: number,
    /** Machine-readable reason, as `tenant-exists`; `http-<status>` where the answer named none. */
    readonly code: string,
    readonly title: string,
    message: string,
    /** Empty where the problem is not about single fields. */
    readonly errors: readonly FieldProblem[],
  ) {
    super(message);
  }
}

/** The control plane gave no answer: it is down, out of reach, or took too long. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

/** `body` is what came with the status: a problem detail, or whatever something in between answered. */
export function toProblem(status: number, body: unknown): ApiProblem {
  const { code, title, detail, errors } = isRecord(body) ? body : {};
  const heading = asText(title) ?? `The server answered with status ${status}`;
  return new ApiProblem(
    status,
    asText(code) ?? `http-${status}`,
    heading,
    asText(detail) ?? heading,
    Array.isArray(errors) ? errors.filter(isFieldProblem) : [],
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string';
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
