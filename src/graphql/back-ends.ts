import { ModelGraphError } from '../errors.ts';
import type { BackEnd } from '../inference/back-end.ts';
import type { ServingContext } from '../operations/serve-predictions.ts';
import { Refusal } from '../problems.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { ModelSignature } from '../tensor.ts';

/** Whether a deployment's endpoint would answer now; null: the gateway may not ask it. */
export const askIfReady = async (context: ServingContext, endpoint: string, model: VersionKey) =>
  (await backEndAt(context, endpoint, model)?.ready()) ?? null;

/** What a version takes and gives, as its endpoint tells; null: the gateway may not ask it. Rejects with UPSTREAM_FAILED. */
export async function askForSignature(
  context: ServingContext,
  endpoint: string,
  model: VersionKey,
): Promise<ModelSignature | null> {
  try {
    return (await backEndAt(context, endpoint, model)?.signature()) ?? null;
  } catch (error) {
    throw error instanceof Refusal ? new ModelGraphError('UPSTREAM_FAILED', error.message) : error;
  }
}

function backEndAt({ serving }: ServingContext, endpoint: string, model: VersionKey): BackEnd | undefined {
  try {
    return serving.backEndOf(endpoint, model);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
