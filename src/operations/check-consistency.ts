import { isDeepStrictEqual } from 'node:util';
import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import { metricIsThere } from '../stores/postgres/board-models.ts';
import { modelLag } from '../stores/postgres/model-lag.ts';
import { type ModelState, modelState } from '../stores/postgres/model-states.ts';
import type { Follower } from '../stores/postgres/outbox-claim.ts';
import { modelScores } from '../stores/redis/model-scores.ts';
import { type AskRegistry, compareRuns } from './compare-runs.ts';
import type { OperationContext } from './operation.ts';

/** Something that MongoDB or Redis holds otherwise than PostgreSQL has it. */
export interface Drift {
  /** STALE: it has not been told yet, and will be. */
  readonly kind: 'MISSING' | 'EXTRA' | 'STALE' | 'MISMATCH';
  readonly store: Follower;
  readonly entity: { readonly type: 'ModelInfo' | 'ModelConfig'; readonly key: string };
  readonly detail: string;
}

/** Whether MongoDB and Redis hold of a model what PostgreSQL has. */
export interface ConsistencyReport {
  readonly consistent: boolean;
  readonly checkedAt: string;
  /** Of the last event that MongoDB knows of; null: it does not know the model. */
  readonly appliedSequence: string | null;
  /** Of the model's last event. */
  readonly headSequence: string;
  readonly lagMs: number;
  /** The first thousand. */
  readonly drifts: readonly Drift[];
}

const maxDrifts = 1_000;
const attempts = 3;

/**
 * Compares the three stores, without any cache. What differs is looked at again: the relay may have been in between.
 * Rejects with a ModelGraphError when a store fails.
 */
export async function checkConsistency(
  context: OperationContext,
  name: ModelName,
): Promise<ConsistencyReport> {
  for (let attempt = 1; ; attempt += 1) {
    const report = await check(context, name);
    if (report.consistent || attempt === attempts) return report;
  }
}

async function check({ stores, request }: OperationContext, name: ModelName): Promise<ConsistencyReport> {
  const ask = askerOf(stores, request);
  const [[lags = []], [state]] = await Promise.all([ask(modelLag, [name]), ask(modelState, [name])]);
  if (!state) throw new TypeError('Each model has a state, known or not.');
  const [copy] = await stores.mongo.copies.readModels([name], request);
  const behind = new Set(lags.map(({ store }) => store));
  const drifts: Drift[] = [];
  const found = (store: Follower, kind: Drift['kind'], entity: Drift['entity'], detail: string) => {
    if (drifts.length < maxDrifts)
      drifts.push({ store, kind: behind.has(store) ? 'STALE' : kind, entity, detail });
  };
  const model = { type: 'ModelInfo' as const, key: name };
  for (const [kind, detail] of driftsOfCopy(
    state,
    copy,
    stores.mongo.copies.asCopied({ ...state, id: name }).model,
  ))
    found('MONGODB', kind, model, detail);
  for await (const { id, kind } of compareRuns(ask, stores.mongo, name))
    found('MONGODB', kind, { type: 'ModelConfig', key: id }, runDetails[kind]);
  if (!state.model && (await stores.mongo.copies.hasHead(name, request)))
    found(
      'MONGODB',
      'EXTRA',
      { type: 'ModelConfig', key: `head:${name}` },
      'a head configuration of no model',
    );
  for (const [kind, detail] of await driftsOfScores(stores, ask, name, state, request))
    found('REDIS', kind, model, detail);
  return {
    consistent: drifts.length === 0,
    checkedAt: new Date().toISOString(),
    appliedSequence: copy?.sequence ?? null,
    headSequence: state.sequence,
    lagMs: Math.max(0, ...lags.map(({ lagMs }) => lagMs)),
    drifts,
  };
}

/** Questions to the registry, all keys in one call. Rejects with the first ModelGraphError. */
export function askerOf({ postgres }: Stores, request: object | undefined): AskRegistry {
  return async (question, keys) => {
    if (keys.length === 0) return [];
    const answers = await postgres.read(
      keys.map((key) => ({ question, key })),
      request,
    );
    const failed = answers.find((answer) => answer instanceof ModelGraphError);
    if (failed) throw failed;
    return answers as never;
  };
}

const runDetails = {
  MISSING: 'the configuration of a run is not there',
  EXTRA: 'a configuration of no run',
  MISMATCH: 'the configuration of a run is another than it was registered with',
};

type Found = readonly [kind: Drift['kind'], detail: string];

function driftsOfCopy(
  { sequence, model }: ModelState,
  copy: { readonly sequence: string; readonly model: object | null } | undefined,
  wanted: object | null,
): Found[] {
  if (!copy?.model) return model ? [['MISSING', 'the copy of the model is not there']] : [];
  if (!model) return [['EXTRA', 'a copy of a model that is not there']];
  if (BigInt(copy.sequence) < BigInt(sequence))
    return [['STALE', `the copy of the model is of event ${copy.sequence}, not ${sequence}`]];
  if (copy.sequence !== sequence || isDeepStrictEqual(copy.model, wanted)) return [];
  return [['MISMATCH', 'the copy of the model is another than its event made it']];
}

async function driftsOfScores(
  { redis }: Stores,
  ask: AskRegistry,
  name: ModelName,
  { model }: ModelState,
  request: object | undefined,
): Promise<Found[]> {
  const [scores] = await redis.read([modelScores(name)], request);
  if (scores instanceof ModelGraphError) throw scores;
  const there = scores as ReadonlyMap<string, number | null>;
  const wanted = new Map(model?.metrics.map(({ key, highest }) => [key, highest]));
  const others = [...there]
    .filter(([board, score]) => score !== null && !wanted.has(board))
    .map(([board]) => board);
  // A board that is no metric's belongs to whoever writes it, as long as there is such a model.
  const metrics = await ask(metricIsThere, others);
  const extra = others.filter((_, n) => metrics[n] || !model);
  return [
    ...[...wanted].flatMap(([board, highest]): Found[] => {
      const score = there.get(board) ?? null;
      if (score === highest) return [];
      return score === null
        ? [['MISSING', `it is not on the board ${board}`]]
        : [['MISMATCH', `its score on the board ${board} is ${score}, not ${highest}`]];
    }),
    ...extra.map((board): Found => ['EXTRA', `it is on the board ${board}, and should not be`]),
  ];
}
