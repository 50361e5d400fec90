import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  validate,
  visit,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { refuseCostly } from './query-cost.ts';

const MAX_TOKENS = 1_000;

/**
 * A subscription as it may be begun. How deep it may be nested its types say, none of which holds itself; how much an
 * answer may hold, the one field at its root.
 *
 * @returns why it may not, if that is so
 */
export function readSubscription(
  schema: GraphQLSchema,
  { query, operationName, variables }: SubscribePayload,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parse(query, { maxTokens: MAX_TOKENS });
    const errors = validate(schema, document);
    if (errors.length > 0) return errors;
    if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION)
      throw new GraphQLError('Only subscriptions come over a WebSocket: POST queries and mutations');
    refuseAliases(document);
    refuseCostly(document, variables ?? {});
    return { schema, document, operationName: operationName ?? null, variableValues: variables ?? null };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** The same list under a hundred names would be a hundred times as long, again and again. */
function refuseAliases(document: DocumentNode): void {
  visit(document, {
    Field: ({ alias }) => {
      if (alias !== undefined) throw new GraphQLError('Fields of subscriptions have no aliases');
    },
  });
}
