/** The media type of problem details (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

const TITLES: Record<number, string> = {
  404: 'There is nothing here',
  413: 'The request is too large',
  500: 'The server failed',
};

/** A problem detail of what no operation has a code for. */
export function plainProblem(status: number, detail: string) {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'The request was refused',
    status,
    detail,
    code: `http-${status}`,
  };
}
