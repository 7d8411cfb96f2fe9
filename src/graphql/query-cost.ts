import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { fieldCosts } from './field-costs.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a selection costs once, and again for each row should it be that of a page. */
interface Cost {
  readonly once: number;
  readonly perRow: number;
}

interface Asked {
  readonly operationName?: string | null | undefined;
  readonly variables?: Values | null | undefined;
}

/**
 * Points of an operation, at least 1, from its text and variables alone: an object costs 1 or what `fieldCosts` says, and
 * as often as a page, or a list that arguments name, has room for it. A write costs 1 more for each entry of its longest
 * list. The document need not be valid: what the schema does not know costs nothing.
 */
export function queryCost(schema: GraphQLSchema, document: DocumentNode, asked: Asked = {}): number {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (!asked.operationName || definition.name?.value === asked.operationName),
  );
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return 1;
  const { once, perRow } = coster(schema, document, { ...defaultsOf(operation), ...asked.variables })(
    operation.selectionSet,
    root,
  );
  return Math.max(1, once + perRow);
}

function coster(schema: GraphQLSchema, document: DocumentNode, variables: Values) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  // Each is gone through once, however often it is spread; one that spreads itself is refused later.
  const known = new Map<string, Cost>();

  const ofFragment = (name: string): Cost => {
    const cost = known.get(name);
    const fragment = fragments.get(name);
    if (cost || !fragment) return cost ?? nothing;
    known.set(name, nothing);
    const found = ofSelection(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    known.set(name, found);
    return found;
  };

  const ofField = (node: FieldNode, parent: GraphQLCompositeType): Cost => {
    const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    if (!field) return nothing;
    const type = getNamedType(field.type);
    const args = argumentsOf(node, field, variables);
    const { once, perRow } = node.selectionSet ? ofSelection(node.selectionSet, type) : nothing;
    const written = parent === schema.getMutationType() ? longestList(args.input) : 0;
    const own = written + (fieldCosts[`${parent.name}.${field.name}`] ?? Number(isObject(type)));
    const rows = rowsOf(args);
    if (!isListType(getNullableType(field.type)))
      return { once: own + once + (rows ?? 1) * perRow, perRow: 0 };
    const row = own + once + perRow;
    return rows === undefined ? { once: 0, perRow: row } : { once: rows * row, perRow: 0 };
  };

  function ofSelection({ selections }: SelectionSetNode, type: unknown): Cost {
    let [once, perRow] = [0, 0];
    if (!isCompositeType(type)) return nothing;
    for (const node of selections) {
      if (isLeftOut(node.directives, variables)) continue;
      let cost: Cost;
      if (node.kind === Kind.FIELD) cost = ofField(node, type);
      else if (node.kind === Kind.FRAGMENT_SPREAD) cost = ofFragment(node.name.value);
      else {
        const condition = node.typeCondition?.name.value;
        cost = ofSelection(node.selectionSet, condition ? schema.getType(condition) : type);
      }
      once += cost.once;
      perRow += cost.perRow;
    }
    return { once, perRow };
  }
  return ofSelection;
}

const nothing: Cost = { once: 0, perRow: 0 };

/** A connection and its edges hold the objects of a page, and are none themselves. */
const isObject = (type: { name: string }) =>
  isCompositeType(type) && !/^__|(Connection|Edge)$|^PageInfo$/.test(type.name);

function argumentsOf(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Values): Values {
  return Object.fromEntries(
    field.args.map(({ name, defaultValue }) => {
      const given = node.arguments?.find((argument) => argument.name.value === name);
      const value = given && valueFromASTUntyped(given.value, variables);
      return [name, value === undefined ? defaultValue : value];
    }),
  );
}

// No page of the schema is larger, so more is a mistake, which is refused later and need not cost all there is.
const mostRows = 500;

/** How many rows the arguments make room for; undefined: they do not say. */
function rowsOf(args: Values): number | undefined {
  const size = args.first ?? args.last;
  if (size !== undefined && size !== null) return Math.min(Math.max(1, Number(size) || 1), mostRows);
  return longestList(args) || undefined;
}

const longestList = (values: unknown): number =>
  typeof values === 'object' && values !== null
    ? Object.values(values).reduce(
        (most: number, value) => Math.max(most, Array.isArray(value) ? value.length : 0),
        0,
      )
    : 0;

const defaultsOf = ({ variableDefinitions }: OperationDefinitionNode): Values =>
  Object.fromEntries(
    (variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue && valueFromASTUntyped(defaultValue),
    ]),
  );

const isLeftOut = (directives: readonly DirectiveNode[] | undefined, variables: Values): boolean =>
  directives?.some(({ name, arguments: [condition] = [] }) => {
    if (!condition || (name.value !== 'skip' && name.value !== 'include')) return false;
    return valueFromASTUntyped(condition.value, variables) === (name.value === 'skip');
  }) ?? false;
