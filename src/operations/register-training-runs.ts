import { badUserInput } from '../errors.ts';
import { invalidInput, type Problem } from '../problems.ts';
import { awaitReplicas } from './await-replicas.ts';
import { type OperationContext, toIssue } from './operation.ts';
import { type RegisterTrainingRunSuccess, registerInTransaction } from './register-in-transaction.ts';
import { type RunInput, type RunInputGiven, runInput } from './run-input.ts';

type Outcome = RegisterTrainingRunSuccess | Problem;

/** How many runs may be given in one call. */
const maxRuns = 10_000;
const runsPerTransaction = 500;
const bytesPerTransaction = 16 * 1_024 * 1_024;

/**
 * Registers runs, and their models where they are new, in transactions of at most 500: what MongoDB and Redis are to
 * know of them follows by itself. An outcome for each, in order; it rejects where PostgreSQL failed, and only the runs of
 * that transaction are not written then. Fails with BAD_USER_INPUT for more than 10,000.
 */
export async function registerTrainingRuns(
  context: OperationContext,
  inputs: readonly RunInputGiven[],
): Promise<PromiseSettledResult<Outcome>[]> {
  if (inputs.length > maxRuns)
    throw badUserInput(['inputs'], `There are ${inputs.length} runs; give at most ${maxRuns} in one call.`);
  const results = new Array<PromiseSettledResult<Outcome>>(inputs.length);
  const valid = new Map<number, RunInput>();
  inputs.forEach((input, n) => {
    const parsed = runInput.safeParse(input);
    if (parsed.success) valid.set(n, parsed.data);
    else {
      const { problem } = invalidInput(parsed.error.issues.map(toIssue));
      results[n] = { status: 'fulfilled', value: problem };
    }
  });
  for (const chunk of chunksOf(valid)) {
    const settled = await registerChunk(
      context,
      chunk.map(([, input]) => input),
    );
    chunk.forEach(([n], i) => {
      results[n] = settled[i] as PromiseSettledResult<Outcome>;
    });
  }
  await awaitAsked(context, valid, results);
  return results;
}

const patienceMs = 2_000;

/** Waits a moment for the runs that asked for it; how far they came is told by their `replication`. */
async function awaitAsked(
  { stores, request }: OperationContext,
  inputs: ReadonlyMap<number, RunInput>,
  results: readonly PromiseSettledResult<Outcome>[],
): Promise<void> {
  const moments = [...inputs].flatMap(([n, { waitForReplicas }]) => {
    const result = results[n];
    if (!waitForReplicas || result?.status !== 'fulfilled' || 'problem' in result.value) return [];
    return [{ name: result.value.modelName, sequence: result.value.sequence }];
  });
  if (moments.length === 0) return;
  // The runs are registered, whatever becomes of the waiting.
  await awaitReplicas(stores, moments, { atMostMs: patienceMs, request }).catch(() => {});
}

/** Registers one run, as `registerTrainingRuns` does. */
export async function registerTrainingRun(context: OperationContext, input: RunInputGiven): Promise<Outcome> {
  const [result] = await registerTrainingRuns(context, [input]);
  if (result?.status === 'fulfilled') return result.value;
  throw result?.reason;
}

async function registerChunk(
  { stores, actor, request }: OperationContext,
  inputs: readonly RunInput[],
): Promise<PromiseSettledResult<Outcome>[]> {
  try {
    const outcomes = await stores.postgres.transact(
      { operation: 'registerTrainingRuns', keys: inputs.length, request },
      (transaction) => registerInTransaction(transaction, inputs, actor),
    );
    return outcomes.map((value) => ({ status: 'fulfilled', value }));
  } catch (reason) {
    return inputs.map(() => ({ status: 'rejected', reason }));
  }
}

function chunksOf(inputs: ReadonlyMap<number, RunInput>): [number, RunInput][][] {
  const chunks: [number, RunInput][][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of inputs) {
    const last = chunks.at(-1);
    bytes += entry[1].document.bytes;
    if (last && last.length < runsPerTransaction && bytes <= bytesPerTransaction) last.push(entry);
    else {
      chunks.push([entry]);
      bytes = entry[1].document.bytes;
    }
  }
  return chunks;
}
