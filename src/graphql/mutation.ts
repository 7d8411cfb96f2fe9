import type { ObjectRef } from '@pothos/core';
import { isProblem, type Operation } from '../operations/operation.ts';
import type { Problem, ProblemName } from '../problems.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { problemTypes } from './problems.ts';
import { gatewaySource } from './provenance.ts';

builder.mutationType({
  description: 'What can be written. What was answered with success is durable.',
  extensions: gatewaySource,
});

type SchemaTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;

/** Every write can hear of these. */
const always: readonly ProblemName[] = ['InvalidInputError'];

/** `<name>Result`: `<name>Success` or a problem. Not every write can meet every problem. */
export function resultUnion<Success extends object>(
  success: ObjectRef<SchemaTypes, Success>,
  problems: readonly ProblemName[],
) {
  const name = success.name.replace(/Success$/, 'Result');
  return builder.unionType(name, {
    description: 'Success, or why nothing was written.',
    extensions: gatewaySource,
    types: [success, ...[...problems, ...always].map((problem) => problemTypes[problem])],
    resolveType: (value) => (isProblem(value) ? value.problem : success.name),
  });
}

/** Runs an operation for a mutation; what the request has read before may be old news then. */
export async function runOperation<Input, Success>(
  operation: Operation<Input, Success>,
  { operations, loaders }: GraphQLContext,
  input: Input,
): Promise<Success | Problem> {
  const result = await operation(operations, input);
  loaders.forget();
  return result;
}
