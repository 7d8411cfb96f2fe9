import { type InputIssue, type Problem, type ProblemName, problemCodes } from '../problems.ts';
import { builder } from './builder.ts';
import { gatewaySource } from './provenance.ts';

type ProblemOf<Name extends ProblemName> = Extract<Problem, { problem: Name }>;

const ErrorInterface = builder.interfaceRef<Problem>('Error').implement({
  description: 'What a write can be answered instead of success.',
  extensions: gatewaySource,
  fields: (t) => ({
    code: t.string({
      nullable: false,
      description: 'Stable, for programs.',
      resolve: ({ problem }) => problemCodes[problem],
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'What happened and what to do, for people.',
    }),
  }),
});

const problem = { interfaces: [ErrorInterface], extensions: gatewaySource };

const notFoundError = builder.objectRef<ProblemOf<'NotFoundError'>>('NotFoundError').implement({
  ...problem,
  description: 'What the write refers to is not there.',
  fields: (t) => ({
    entity: t.exposeString('entity', { nullable: false, description: 'The type of what is missing.' }),
    key: t.exposeString('key', { nullable: false, description: 'The key under which nothing was found.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'What is wrong with one part of an input.',
  extensions: gatewaySource,
  fields: (t) => ({
    path: t.exposeStringList('path', {
      nullable: { list: false, items: false },
      description: 'Where it is in the input.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'What is wrong and what would be right.',
    }),
  }),
});

const invalidInputError = builder.objectRef<ProblemOf<'InvalidInputError'>>('InvalidInputError').implement({
  ...problem,
  description: 'The input is wrong; nothing was written.',
  fields: (t) => ({
    issues: t.expose('issues', {
      type: [InputIssueType],
      nullable: { list: false, items: false },
      description: 'Every fault, at once.',
    }),
  }),
});

const conflictError = builder.objectRef<ProblemOf<'ConflictError'>>('ConflictError').implement({
  ...problem,
  description: 'Something else stands there, or it changed since it was read; nothing was written.',
  fields: (t) => ({
    current: t.field({
      type: 'JSON',
      description: 'What stands there now.',
      resolve: ({ current }) => current,
    }),
  }),
});

const idempotencyConflictError = builder
  .objectRef<ProblemOf<'IdempotencyConflictError'>>('IdempotencyConflictError')
  .implement({
    ...problem,
    description: 'The idempotency key belongs to a write with another input.',
    fields: (t) => ({
      firstUsedAt: t.expose('firstUsedAt', {
        type: 'DateTime',
        nullable: false,
        description: 'When it was first used.',
      }),
    }),
  });

const invalidTransitionError = builder
  .objectRef<ProblemOf<'InvalidTransitionError'>>('InvalidTransitionError')
  .implement({
    ...problem,
    description: 'It cannot go from where it stands to where it should.',
    fields: (t) => ({
      from: t.exposeString('from', { nullable: false, description: 'Where it stands.' }),
      to: t.exposeString('to', { nullable: false, description: 'Where it should have gone.' }),
    }),
  });

const protectedAliasError = builder
  .objectRef<ProblemOf<'ProtectedAliasError'>>('ProtectedAliasError')
  .implement({
    ...problem,
    description: 'The alias is protected.',
    fields: (t) => ({
      alias: t.exposeString('alias', { nullable: false, description: 'The alias.' }),
    }),
  });

const upstreamError = builder.objectRef<ProblemOf<'UpstreamError'>>('UpstreamError').implement({
  ...problem,
  description: 'The server that computes the predictions failed.',
  fields: (t) => ({
    retryable: t.exposeBoolean('retryable', {
      nullable: false,
      description: 'Whether the same request may succeed later.',
    }),
  }),
});

/** The types of problems, for result unions. */
export const problemTypes = {
  NotFoundError: notFoundError,
  InvalidInputError: invalidInputError,
  ConflictError: conflictError,
  IdempotencyConflictError: idempotencyConflictError,
  InvalidTransitionError: invalidTransitionError,
  ProtectedAliasError: protectedAliasError,
  UpstreamError: upstreamError,
};
