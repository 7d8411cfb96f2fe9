/** What is wrong with one part of an input; `path` leads there from the input itself. */
export interface InputIssue {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What a write can be answered instead of success. These are outcomes that a caller plans for, so they are members of
 * result unions; what nobody plans for, such as a store that is down, is a ModelGraphError.
 */
export type Problem = { readonly message: string } & (
  | { readonly problem: 'NotFoundError'; readonly entity: string; readonly key: string }
  | { readonly problem: 'InvalidInputError'; readonly issues: readonly InputIssue[] }
  | { readonly problem: 'ConflictError'; readonly current: unknown }
  | { readonly problem: 'IdempotencyConflictError'; readonly firstUsedAt: string }
  | { readonly problem: 'InvalidTransitionError'; readonly from: string; readonly to: string }
  | { readonly problem: 'ProtectedAliasError'; readonly alias: string }
  | { readonly problem: 'UpstreamError'; readonly retryable: boolean }
);

export type ProblemName = Problem['problem'];

/** The catalog's codes. */
export const problemCodes: Record<ProblemName, string> = {
  NotFoundError: 'NOT_FOUND',
  InvalidInputError: 'INVALID_INPUT',
  ConflictError: 'CONFLICT',
  IdempotencyConflictError: 'IDEMPOTENCY_CONFLICT',
  InvalidTransitionError: 'INVALID_TRANSITION',
  ProtectedAliasError: 'PROTECTED_ALIAS',
  UpstreamError: 'UPSTREAM_FAILED',
};

/** Carries a problem out of a transaction, which is thereby rolled back. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
    this.problem = problem;
  }
}

/** `entity` is a GraphQL type, such as ModelVersion. */
export const notFound = (entity: string, key: string) =>
  new Refusal({ problem: 'NotFoundError', message: `There is no ${entity} "${key}".`, entity, key });

export const invalidInput = (issues: readonly InputIssue[]) =>
  new Refusal({ problem: 'InvalidInputError', message: summaryOf(issues), issues });

/** `current` is what stands there now. */
export const conflict = (message: string, current: unknown) =>
  new Refusal({ problem: 'ConflictError', message, current });

export const idempotencyConflict = (firstUsedAt: string) =>
  new Refusal({
    problem: 'IdempotencyConflictError',
    message: 'This idempotencyKey was used for another input; use a new key for a new write.',
    firstUsedAt,
  });

export const invalidTransition = (message: string, from: string, to: string) =>
  new Refusal({ problem: 'InvalidTransitionError', message, from, to });

export const protectedAlias = (alias: string) =>
  new Refusal({
    problem: 'ProtectedAliasError',
    message: `The alias "${alias}" is protected and cannot be moved or removed.`,
    alias,
  });

/** A server of predictions failed; `retryable`: the same request may succeed later. */
export const upstreamFailed = (message: string, retryable: boolean) =>
  new Refusal({ problem: 'UpstreamError', message, retryable });

function summaryOf(issues: readonly InputIssue[]): string {
  const [first] = issues;
  if (!first) return 'The input is wrong.';
  const more = issues.length > 1 ? ` And ${issues.length - 1} more.` : '';
  return `${first.path.join('.')}: ${first.message}${more}`;
}
