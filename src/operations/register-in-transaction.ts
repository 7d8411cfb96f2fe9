import { v7 } from 'uuid';
import type { ModelName } from '../model-name.ts';
import { idempotencyConflict, invalidInput, notFound, type Problem, Refusal } from '../problems.ts';
import { type DatasetKey, type DatasetRow, datasetByName } from '../stores/postgres/datasets.ts';
import {
  claimIdempotencyKeys,
  type EarlierAnswer,
  releaseIdempotencyKeys,
  rememberAnswers,
} from '../stores/postgres/idempotency.ts';
import { type RunToRegister, registerRuns } from '../stores/postgres/register-runs.ts';
import { askAllIn, type Transaction, type WithCommit } from '../stores/postgres/transact.ts';
import { lockOrRegisterModels } from '../stores/postgres/write-models.ts';
import { digestOf } from './decide.ts';
import type { RunInput } from './run-input.ts';

/** A run that is registered; its id is that of its document in MongoDB too. `replayed`: it was registered before. */
export interface RegisterTrainingRunSuccess {
  readonly runId: string;
  readonly modelName: ModelName;
  readonly sequence: string;
  readonly replayed: boolean;
}

type Outcome = RegisterTrainingRunSuccess | Problem;

/** A run to register, and who is named in the audit. */
export interface AskedRun {
  readonly input: RunInput;
  readonly actor: string | null;
}

/** One run to register; those with the same key are one write, which the first of them decides. */
interface Item extends AskedRun {
  readonly key: string | null;
  readonly inputSha256: string;
}

/** The transaction in which runs are registered, and what notice of them it gives to relays. */
interface Writing {
  readonly transaction: Transaction;
  readonly withCommit: WithCommit;
  readonly notice: string;
}

/**
 * Registers runs, all that can be: same length, same order, a problem for each that cannot be, and the first answer for
 * a key that comes again.
 */
export async function registerInTransaction(
  writing: Writing,
  asked: readonly AskedRun[],
): Promise<Outcome[]> {
  const { transaction } = writing;
  const items = asked.map(toItem);
  const leaders = new Map(
    items
      .filter(({ key }) => key !== null)
      .reverse()
      .map((item) => [item.key, item]),
  );
  const isFirst = (item: Item) => item.key === null || leaders.get(item.key) === item;
  const claims = [...leaders.values()].map(({ key, inputSha256 }) => ({ key: key ?? '', inputSha256 }));
  const earlier =
    claims.length > 0 ? await claimIdempotencyKeys(transaction, claims) : new Map<string, EarlierAnswer>();
  const fresh = items.filter((item) => isFirst(item) && !(item.key !== null && earlier.has(item.key)));
  const decided = await registerFresh(writing, fresh);
  return items.map((item): Outcome => {
    const known = item.key === null ? undefined : earlier.get(item.key);
    if (known)
      return again(item, known.inputSha256, known.firstUsedAt, known.answer as RegisterTrainingRunSuccess);
    const leader = isFirst(item) ? item : (leaders.get(item.key) as Item);
    const outcome = decided.get(leader) as Outcome;
    return leader === item ? outcome : again(item, leader.inputSha256, new Date().toISOString(), outcome);
  });
}

function again(item: Item, inputSha256: string, firstUsedAt: string, outcome: Outcome): Outcome {
  if (item.inputSha256 !== inputSha256) return idempotencyConflict(firstUsedAt).problem;
  return 'problem' in outcome ? outcome : { ...outcome, replayed: true };
}

async function registerFresh(
  { transaction, withCommit, notice }: Writing,
  items: readonly Item[],
): Promise<Map<Item, Outcome>> {
  const datasets = await findDatasets(transaction, items);
  const outcomes = new Map<Item, Outcome>();
  const runs = new Map<Item, RunToRegister>();
  for (const item of items) {
    try {
      runs.set(item, toRun(item, datasets));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      outcomes.set(item, error.problem);
    }
  }
  const unused = [...outcomes.keys()].flatMap(({ key }) => key ?? []);
  if (unused.length > 0) await releaseIdempotencyKeys(transaction, unused);
  if (runs.size === 0) return outcomes;
  const all = [...runs.values()];
  const newModels = await lockOrRegisterModels(transaction, [
    ...new Set(all.map(({ modelName }) => modelName)),
  ]);
  const sequences = await registerRuns(transaction, all, newModels, notice);
  const answers = new Map<string, object>();
  for (const [item, { id, modelName }] of runs) {
    const answer = { runId: id, modelName, sequence: sequences.get(id) ?? '' };
    outcomes.set(item, { ...answer, replayed: false });
    if (item.key !== null) answers.set(item.key, answer);
  }
  if (answers.size > 0) withCommit(rememberAnswers(transaction, answers));
  return outcomes;
}

function toItem({ input, actor }: AskedRun): Item {
  const { document, waitForReplicas: _, idempotencyKey: key = null, ...rest } = input;
  // What is waited for is no part of what is written.
  const identity = { ...rest, document: document.sha256() };
  return { input, actor, key, inputSha256: key === null ? '' : digestOf('registerTrainingRun', identity) };
}

const idOf = ({ name, version }: { name: string; version?: string | null | undefined }) =>
  JSON.stringify([name, version ?? null]);

async function findDatasets(
  transaction: Transaction,
  items: readonly Item[],
): Promise<Map<string, DatasetRow | undefined>> {
  const keys = new Map<string, DatasetKey>();
  for (const { name, version = null } of items.flatMap(({ input }) => input.datasets))
    keys.set(idOf({ name, version }), { name, version });
  const found = await askAllIn(transaction, datasetByName, [...keys.values()]);
  return new Map([...keys.keys()].map((id, n) => [id, found[n]]));
}

function toRun({ input, actor }: Item, known: ReadonlyMap<string, DatasetRow | undefined>): RunToRegister {
  const { modelName, framework, document, metrics } = input;
  const datasets = input.datasets.map((dataset) => {
    const row = known.get(idOf(dataset));
    const version = dataset.version == null ? '' : ` of version "${dataset.version}"`;
    if (!row) throw notFound('Dataset', `${dataset.name}${version}`);
    return { id: row.id, role: dataset.role ?? 'TRAIN' };
  });
  if (new Set(datasets.map(({ id, role }) => `${id} ${role}`)).size < datasets.length)
    throw invalidInput([{ path: ['datasets'], message: 'each dataset can be there once in each role' }]);
  const status = input.status ?? 'RUNNING';
  const isOver = status !== 'SCHEDULED' && status !== 'RUNNING';
  return {
    id: v7(),
    modelName,
    actor,
    status,
    framework,
    tags: input.tags ?? {},
    startedAt: input.startedAt ?? (status === 'RUNNING' ? 'now' : null),
    endedAt: input.endedAt ?? (isOver ? 'now' : null),
    datasets,
    metrics: metrics ?? [],
    document: document.serialize(),
    after: { status, framework, datasets: input.datasets.length, metrics: metrics?.length ?? 0 },
  };
}
