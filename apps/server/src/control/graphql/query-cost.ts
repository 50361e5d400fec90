import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';

/** How deep a query may be nested: what it asks for stands on level 1. */
export const MAX_DEPTH = 8;
/** An operation costs 1, and for each further page's worth of items that it asks for another. */
const MAX_COST = 100;
const ITEMS_A_COST = 50;

/** @throws GraphQLError */
export function refuseCostly(document: DocumentNode, variables: Record<string, unknown>): void {
  const cost = costOf(document, variables);
  if (cost > MAX_COST) throw new GraphQLError(`The request costs ${cost}, and may cost ${MAX_COST}`);
}

/** What the fields at the root cost, wherever fragments hide them. */
function costOf(document: DocumentNode, variables: Record<string, unknown>): number {
  const fragments = new Map<string, SelectionSetNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const part of document.definitions) {
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part.selectionSet);
    else if (part.kind === Kind.OPERATION_DEFINITION) operations.push(part);
  }
  // Validation has refused fragments that contain themselves.
  const cost = ({ selections }: SelectionSetNode, given: Record<string, unknown>): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + cost(selection.selectionSet, given);
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return sum + cost(fragments.get(selection.name.value)!, given);
      return sum + Math.max(1, Math.ceil(limitOf(selection, given) / ITEMS_A_COST));
    }, 0);
  return operations.reduce(
    (sum, { selectionSet, variableDefinitions = [] }) =>
      sum + cost(selectionSet, { ...defaultsOf(variableDefinitions), ...variables }),
    0,
  );
}

/** What a query says for variables that nobody gives. */
function defaultsOf(definitions: readonly VariableDefinitionNode[]): Record<string, unknown> {
  return Object.fromEntries(
    definitions.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  );
}

/** 0: it asks for no number of items. */
function limitOf({ arguments: given }: FieldNode, variables: Record<string, unknown>): number {
  const limit = given?.find(({ name }) => name.value === 'limit')?.value;
  return limit === undefined ? 0 : Number(valueFromASTUntyped(limit, variables) ?? 0);
}
