import { collectSubFields } from '@graphql-tools/utils';
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
} from 'graphql';

/** A field that the query asks of an object, with its arguments. */
export interface SelectedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly args: Record<string, unknown>;
  readonly nodes: FieldNode[];
}

/** What the query asks of the object that this field returns, as `type`; fragments followed, @skip and @include heeded. */
export function selectedFields(info: GraphQLResolveInfo, type: GraphQLObjectType): SelectedField[] {
  const { schema, fragments, variableValues, fieldNodes } = info;
  const { fields } = collectSubFields(schema, fragments, variableValues, type, [...fieldNodes]);
  return [...fields.values()].flatMap((nodes) => {
    const [node] = nodes;
    const field = node && type.getFields()[node.name.value];
    // __typename is no field of the type.
    return node && field ? [{ field, nodes, args: getArgumentValues(field, node, variableValues) }] : [];
  });
}

/**
 * Runs the resolvers of an object's selected fields ahead of the executor, whose own run then finds the answers in
 * the loaders. So what hangs on an object can be asked in the same wave as whether the object exists.
 */
export function resolveAhead(
  source: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
): void {
  for (const { field, args, nodes } of selectedFields(info, type)) {
    if (!field.resolve) continue;
    const fieldInfo = {
      ...info,
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType: type,
    };
    // What fails here fails again in the executor's run, which reports it.
    try {
      Promise.resolve(field.resolve(source, args, context, fieldInfo)).catch(() => {});
    } catch {
      // A resolver may also throw at once, for bad arguments.
    }
  }
}
