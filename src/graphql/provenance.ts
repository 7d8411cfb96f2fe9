import {
  DirectiveLocation,
  GraphQLDirective,
  type GraphQLEnumType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { type Store, storeNames, storeTitles } from '../store-name.ts';

/** Pothos `extensions` of a type: where its fields come from unless they say otherwise. */
const sourceOf = (...stores: readonly Store[]) => ({
  source: stores.map((store) => storeTitles[store]).join(', '),
});

export const postgresSource = sourceOf('POSTGRES');
export const mongoSource = sourceOf('MONGODB');
export const redisSource = sourceOf('REDIS');
export const gatewaySource = { source: 'the gateway' };
export const nameSource = { source: 'the name' };
export const keySource = { source: 'the key' };

/** Pothos `extensions` of a field whose resolver asks stores: printed as @store, and told at the end of its description. */
const fromStores = (...from: readonly Store[]) => ({ ...sourceOf(...from), directives: { store: { from } } });

export const fromPostgres = fromStores('POSTGRES');
export const fromMongo = fromStores('MONGODB');
export const fromRedis = fromStores('REDIS');
export const fromPostgresAndRedis = fromStores('POSTGRES', 'REDIS');
export const fromPostgresAndMongo = fromStores('POSTGRES', 'MONGODB');
export const fromAll = fromStores(...storeNames);

/** The same for a field that is null only together with an error. https://github.com/graphql/nullability-wg */
export const fromPostgresNonNull = {
  ...fromPostgres,
  directives: { ...fromPostgres.directives, semanticNonNull: { levels: [0] } },
};

/** Ends every description of an object type's field with its source, which standard introspection then shows. */
export function describeSources(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    type.description = withSource(type.description, type.extensions.source);
    for (const field of Object.values(type.getFields())) {
      field.description = withSource(field.description, field.extensions.source ?? type.extensions.source);
    }
  }
  return schema;
}

const withSource = (description: string | null | undefined, source: unknown) =>
  description && source ? `${description} Source: ${source}.` : description;

/** The directives that the printed schema carries, for people and tools that read it. */
export function provenanceDirectives(storeEnum: GraphQLEnumType): GraphQLDirective[] {
  return [
    new GraphQLDirective({
      name: 'store',
      description: 'Which stores the resolver of this field asks.',
      locations: [DirectiveLocation.FIELD_DEFINITION],
      args: {
        from: {
          type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(storeEnum))),
          description: 'The stores.',
        },
      },
    }),
    new GraphQLDirective({
      name: 'semanticNonNull',
      description: 'Null only together with an error in `errors`.',
      locations: [DirectiveLocation.FIELD_DEFINITION],
      args: {
        levels: {
          type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLInt))),
          defaultValue: [0],
          description: 'At which depths of a list; 0 is the field itself.',
        },
      },
    }),
  ];
}
