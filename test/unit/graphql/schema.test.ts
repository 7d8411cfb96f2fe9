import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { printGatewaySchema, schema } from '../../../src/graphql/schema.ts';
import { graphiqlTabs } from '../../../src/http/graphiql-tabs.ts';
import { operationsOf } from '../../support/operations-of.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

describe('whoever introspects the schema', () => {
  it('finds a description on every type, field, argument, input and value', () => {
    expect(types.flatMap(undescribed)).toEqual([]);
  });

  it('reads at the end of each field where its answer comes from', () => {
    const silent = types.flatMap((type) =>
      isObjectType(type) || isInterfaceType(type)
        ? Object.values(type.getFields())
            .filter(({ description }) => !/ Source: [^.]+\.$/.test(description ?? ''))
            .map(({ name }) => `${type.name}.${name}`)
        : [],
    );
    expect(silent).toEqual([]);
  });

  it('gets a valid schema, which its printed form is too', () => {
    expect(validateSchema(schema)).toEqual([]);
    expect(validateSchema(buildSchema(printGatewaySchema()))).toEqual([]);
  });
});

describe('GraphiQL', () => {
  it.each(graphiqlTabs.map((query) => [operationsOf(query).join(' and '), query]))(
    'opens with a valid %s',
    (_, query = '') => {
      expect(validate(schema, parse(query))).toEqual([]);
    },
  );
});

function undescribed(type: GraphQLNamedType): string[] {
  const missing = type.description ? [] : [type.name];
  if (isEnumType(type))
    missing.push(
      ...type
        .getValues()
        .filter(({ description }) => !description)
        .map(({ name }) => `${type.name}.${name}`),
    );
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      if (!field.description) missing.push(`${type.name}.${field.name}`);
      const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
      missing.push(
        ...args
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${field.name}(${name})`),
      );
    }
  }
  return missing;
}
