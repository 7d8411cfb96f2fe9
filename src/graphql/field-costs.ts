import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';

/** Fields that cost something else than 1 for an object that they return, and 0 for anything else. */
export const fieldCosts: Readonly<Record<string, number>> = {
  'Query.rateLimit': 0,
  'Query.configFacets': 10,
  'Query.frameworkComparison': 10,
  'ModelInfo.lineage': 10,
  'ModelInfo.consistency': 20,
  'ModelConnection.totalCount': 10,
  'TrainingRunConnection.totalCount': 10,
  'Dataset.stats': 5,
  'Dataset.impactedDeployments': 10,
  'Deployment.ready': 5,
  'ModelVersion.signature': 5,
  'Mutation.reconcileModel': 20,
};

/** Prints each of these as @cost. Fails with a TypeError for one that the schema does not have. */
export function showCosts(schema: GraphQLSchema): GraphQLSchema {
  for (const [coordinate, weight] of Object.entries(fieldCosts)) {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) && type.getFields()[fieldName];
    if (!field)
      throw new TypeError(`The schema has no field ${coordinate}, which is said to cost ${weight}.`);
    const directives = field.extensions.directives as object | undefined;
    field.extensions = { ...field.extensions, directives: { ...directives, cost: { weight } } };
  }
  return schema;
}

export const costDirective = new GraphQLDirective({
  name: 'cost',
  description: 'How many points this field costs, instead of 1 for an object and 0 for a scalar.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: { weight: { type: new GraphQLNonNull(GraphQLInt), description: 'The points.' } },
});
