import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type Logger } from '@restante/broker';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DomainError, type ProblemDetail, toProblem } from './errors.ts';

/** Answers every error as a problem detail; what nobody foresaw is logged and told without its inside. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = this.problemOf(error, http.getRequest<FastifyRequest>());
    void http
      .getResponse<FastifyReply>()
      .status(problem.status)
      .type('application/problem+json')
      .send(problem);
  }

  private problemOf(error: unknown, { method, url }: FastifyRequest): ProblemDetail {
    if (error instanceof DomainError) return toProblem(error);
    const status =
      error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
    if (status !== undefined && status < 500) return plainProblem(status, (error as Error).message);
    this.log.error({ method, url, error: (error as Error).stack }, 'A request failed');
    return plainProblem(500, 'The server failed to answer; its log says why');
  }
}

function plainProblem(status: number, detail: string): ProblemDetail {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'The request was refused',
    status,
    detail,
    code: `http-${status}`,
  };
}

const TITLES: Record<number, string> = {
  404: 'There is nothing here',
  413: 'The request is too large',
  500: 'The server failed',
};
