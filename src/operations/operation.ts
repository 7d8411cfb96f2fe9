import type { z } from 'zod';
import { invalidInput, type Problem, Refusal } from '../problems.ts';
import type { Stores } from '../stores/open-stores.ts';

/** On whose behalf an operation runs. */
export interface OperationContext {
  readonly stores: Stores;
  /** Who is named in the audit; null when nobody said. */
  readonly actor: string | null;
  /** The request, for the store-call channel. */
  readonly request?: object;
}

/**
 * Something the platform does. Never rejects for what a caller can plan for: that is a Problem. Rejects with a
 * ModelGraphError when a store fails.
 */
export type Operation<Input, Success> = (
  context: OperationContext,
  input: Input,
) => Promise<Success | Problem>;

/** Checks the input against the schema, every fault at once with its path, and turns refusals into problems. */
export function defineOperation<Schema extends z.ZodType, Success>(
  schema: Schema,
  run: (context: OperationContext, input: z.output<Schema>) => Promise<Success>,
): Operation<z.input<Schema>, Success> {
  return async (context, input) => {
    try {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw invalidInput(parsed.error.issues.map(toIssue));
      return await run(context, parsed.data);
    } catch (error) {
      if (error instanceof Refusal) return error.problem;
      throw error;
    }
  };
}

/** Whether an operation's result is a problem. */
export const isProblem = (result: unknown): result is Problem =>
  typeof result === 'object' && result !== null && 'problem' in result;

/** A fault that zod found, as problems tell it. */
export const toIssue = ({ path, message }: z.core.$ZodIssue) => ({ path: path.map(String), message });
