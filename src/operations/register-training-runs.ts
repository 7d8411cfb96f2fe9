import { badUserInput, errorCodes, ModelGraphError } from '../errors.ts';
import { invalidInput, type Problem } from '../problems.ts';
import type { Stores } from '../stores/open-stores.ts';
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
    const inputs = chunk.map(([, input]) => input);
    const settled = await registrarOf(context.stores)({ ...context, inputs });
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

type Settled = readonly PromiseSettledResult<Outcome>[];

/** What one caller wants registered; it fits into one transaction. */
interface Chunk extends Omit<OperationContext, 'stores'> {
  readonly inputs: readonly RunInput[];
}

/** Longer than a transaction takes that has to wait for nobody. */
const aloneMs = 20;

const registrars = new WeakMap<Stores, (chunk: Chunk) => Promise<Settled>>();

/** While a transaction is under way, what else comes shares the next: many single runs cost little more than a list. */
function registrarOf(stores: Stores): (chunk: Chunk) => Promise<Settled> {
  const known = registrars.get(stores);
  if (known) return known;
  const registrar = stores.postgres.together((chunks: readonly Chunk[]) => registerChunks(stores, chunks), {
    atOnce: 2,
    aloneMs,
    shareOf: ({ inputs }) =>
      Math.max(inputs.length / runsPerTransaction, bytesOf(inputs) / bytesPerTransaction),
  });
  registrars.set(stores, registrar);
  return registrar;
}

const bytesOf = (inputs: readonly RunInput[]) =>
  inputs.reduce((bytes, { document }) => bytes + document.bytes, 0);

async function registerChunks(stores: Stores, chunks: readonly Chunk[]): Promise<Settled[]> {
  const runs = chunks.flatMap(({ inputs, actor }) => inputs.map((input) => ({ input, actor })));
  const request = chunks.flatMap((chunk) => chunk.request ?? []);
  try {
    const outcomes = await stores.postgres.transact(
      { operation: 'registerTrainingRuns', keys: runs.length, request },
      (transaction, withCommit, notice) => registerInTransaction({ transaction, withCommit, notice }, runs),
      { names: [...new Set(runs.map(({ input }) => input.modelName))], rows: runs.length },
    );
    const results = outcomes.values();
    return chunks.map(({ inputs }) =>
      inputs.map(() => ({ status: 'fulfilled', value: results.next().value as Outcome })),
    );
  } catch (reason) {
    // What trying again would not change is a fault of one of them, which must not be the others' too.
    const isOfOne = reason instanceof ModelGraphError && !errorCodes[reason.code].retryable;
    if (isOfOne && chunks.length > 1)
      return (await Promise.all(chunks.map((chunk) => registerChunks(stores, [chunk])))).flat();
    return chunks.map(({ inputs }) => inputs.map(() => ({ status: 'rejected', reason })));
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
