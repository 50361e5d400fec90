import { GraphQLError } from 'graphql';
import type { ProblemDetail } from '../errors.ts';

/** A problem as REST tells it. */
export function toGraphqlError(problem: ProblemDetail): GraphQLError {
  return new GraphQLError(problem.detail, { extensions: { ...problem } });
}
