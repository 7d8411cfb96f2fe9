import { onTestFinished } from 'vitest';
import { openInference } from '../../src/inference/open-inference.ts';
import type { Problem } from '../../src/problems.ts';
import { Refusal } from '../../src/problems.ts';
import type { Tensor } from '../../src/tensor.ts';

/** The client as the gateway has it, closed with the test. */
export function openTestInference(
  endpoints: readonly string[],
  settings: { deadlineMs?: number; maxConcurrent?: number } = {},
) {
  const inference = openInference({
    endpoints,
    onnxDirectory: undefined,
    deadlineMs: 5_000,
    maxConcurrent: 64,
    ...settings,
  });
  onTestFinished(() => inference.close());
  return inference;
}

export const model = { name: 'm', version: 1 };

export const x = (...data: number[]): Tensor => ({ name: 'x', datatype: 'FP32', shape: [data.length], data });

/** The problem that a call is refused with. Rejects when it succeeds, or fails in any other way. */
export async function problemOf(call: Promise<unknown>): Promise<Problem> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
  throw new Error('It succeeded.');
}
