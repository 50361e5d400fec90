import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type Logger, StoreUnavailableError } from '@restante/broker';
import { Prisma } from '@restante/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { plainProblem, PROBLEM_TYPE } from '../plain-problem.ts';
import { DomainError, type ProblemDetail, toProblem } from './errors.ts';

/** Answers every error as a problem detail; what nobody foresaw is logged and told without its inside. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = this.problemOf(error, http.getRequest<FastifyRequest>());
    void http.getResponse<FastifyReply>().status(problem.status).type(PROBLEM_TYPE).send(problem);
  }

  private problemOf(error: unknown, { method, url }: FastifyRequest): ProblemDetail {
    const known = knownProblem(error);
    if (known !== null) return known;
    const status =
      error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
    if (status !== undefined && status < 500) return plainProblem(status, (error as Error).message);
    this.log.error({ method, url, error: (error as Error).stack }, 'A request failed');
    return plainProblem(500, 'The server failed to answer; its log says why');
  }
}

/** null: it is no operation's own way to fail. */
export function knownProblem(error: unknown): ProblemDetail | null {
  if (error instanceof DomainError) return toProblem(error);
  if (isDatabaseAway(error)) return toProblem(new DomainError('database-away', 'Try again in a moment'));
  if (isOvertaken(error))
    return toProblem(
      new DomainError('changed-meanwhile', 'Something that it needs: look again, and try again'),
    );
  if (!isUnstorable(error)) return null;
  return toProblem(
    new DomainError('invalid-request', 'Text holds characters that cannot be kept, such as U+0000'),
  );
}

/** Prisma's codes for a server that cannot be reached, is full or closed the connection, and the socket's own. */
const AWAY = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

/** Starting, stopping, broken connection, out of resources: Prisma has no code of its own and tells it in words. */
const PASSING_SQLSTATE = /Code: `(57P0[1-3]|08...|53...)`/;

function isDatabaseAway(error: unknown): boolean {
  const { code = '', message } = error as Error & { code?: string };
  if (error instanceof StoreUnavailableError || AWAY.includes(code)) return true;
  return error instanceof Prisma.PrismaClientKnownRequestError && PASSING_SQLSTATE.test(message);
}

/** Prisma's codes for a row that is gone, a row that is referred to, and transactions that stand in each other's way. */
const OVERTAKEN = ['P2025', 'P2003', 'P2034'];

/** Another request has changed something since this one has looked. */
function isOvertaken(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && OVERTAKEN.includes(error.code);
}

/** PostgreSQL keeps no U+0000 in text, and JSON of its own no half of a surrogate pair. */
const UNSTORABLE =
  /22021|22P05|invalid byte sequence for encoding|\\u0000 cannot be converted|invalid input syntax for type json/s;

function isUnstorable(error: unknown): boolean {
  const { code = '', message = '' } = error as Error & { code?: string };
  return UNSTORABLE.test(`${code} ${message}`);
}
