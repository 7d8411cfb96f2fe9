import type { ObjectRef } from '@pothos/core';
import { badUserInput } from '../errors.ts';
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
  { operations, forgetReads }: GraphQLContext,
  input: Input,
): Promise<Success | Problem> {
  const result = await operation(operations, input);
  forgetReads();
  return result;
}

const maxInputs = 100;

/**
 * Runs an operation for each input, one after the other, each a write by itself. Where a store failed the result rejects,
 * which GraphQL tells at its place in the list. Fails with BAD_USER_INPUT for more than 100.
 */
export async function runOperations<Input, Success>(
  operation: Operation<Input, Success>,
  context: GraphQLContext,
  inputs: readonly Input[],
): Promise<Promise<Success | Problem>[]> {
  if (inputs.length > maxInputs) throw badUserInput(['inputs'], `Give at most ${maxInputs} inputs.`);
  const settled: PromiseSettledResult<Success | Problem>[] = [];
  for (const input of inputs)
    settled.push(...(await Promise.allSettled([runOperation(operation, context, input)])));
  // Given out together, so that what the query asks of them is read together.
  return settled.map((result) =>
    result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason),
  );
}
