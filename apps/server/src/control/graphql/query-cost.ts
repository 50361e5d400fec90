import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';

/** How deep a query may be nested: what it asks for stands on level 1. */
export const MAX_DEPTH = 8;
/** Of a whole document: what is longer is not read to its end. */
export const MAX_TOKENS = 20_000;
/** Fields and fragments that a document names: to check it costs the square of them. */
const MAX_SELECTIONS = 2_000;
/** An operation costs 1, and for each further page's worth of items, or hundred fields of each, that much again. */
const MAX_COST = 100;
const ITEMS_A_COST = 50;
const FIELDS_A_COST = 100;

/** Of a document that is not checked yet. @throws GraphQLError */
export function refuseLong(document: DocumentNode): void {
  let selections = 0;
  const count = () => void selections++;
  visit(document, { Field: count, FragmentSpread: count, InlineFragment: count });
  if (selections > MAX_SELECTIONS)
    throw new GraphQLError(`The request names ${selections} fields, and may name ${MAX_SELECTIONS}`);
}

/** Of a document that is checked. @throws GraphQLError */
export function refuseCostly(document: DocumentNode, variables: Record<string, unknown>): void {
  const cost = new Costs(document).of(variables);
  if (cost > MAX_COST) throw new GraphQLError(`The request costs ${cost}, and may cost ${MAX_COST}`);
}

/** What the fields of a document cost, wherever fragments hide them. Validation has refused those that hold themselves. */
class Costs {
  private readonly fragments = new Map<string, SelectionSetNode>();
  private readonly operations: OperationDefinitionNode[] = [];
  /** Of fragments, each of which is counted once, however often it is named. */
  private readonly counted = new Map<string, number>();

  constructor({ definitions }: DocumentNode) {
    for (const part of definitions) {
      if (part.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(part.name.value, part.selectionSet);
      else if (part.kind === Kind.OPERATION_DEFINITION) this.operations.push(part);
    }
  }

  of(variables: Record<string, unknown>): number {
    return this.operations.reduce((sum, { selectionSet, variableDefinitions = [] }) => {
      const given = { ...defaultsOf(variableDefinitions), ...variables };
      const rootCost = (field: FieldNode) =>
        Math.max(1, Math.ceil(limitOf(field, given) / ITEMS_A_COST)) *
        Math.max(1, Math.ceil(this.fieldsIn(field.selectionSet) / FIELDS_A_COST));
      return sum + this.sum(selectionSet, rootCost, new Map());
    }, 0);
  }

  /** With those that they have within. */
  private fieldsIn(selections: SelectionSetNode | undefined): number {
    const count = ({ selectionSet }: FieldNode) => 1 + this.fieldsIn(selectionSet);
    return selections === undefined ? 0 : this.sum(selections, count, this.counted);
  }

  /** Of all fields of a selection. `known`: of fragments, by name. */
  private sum(
    { selections }: SelectionSetNode,
    valueOf: (field: FieldNode) => number,
    known: Map<string, number>,
  ): number {
    return selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + valueOf(selection);
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return sum + this.sum(selection.selectionSet, valueOf, known);
      const name = selection.name.value;
      if (!known.has(name)) known.set(name, this.sum(this.fragments.get(name)!, valueOf, known));
      return sum + known.get(name)!;
    }, 0);
  }
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
