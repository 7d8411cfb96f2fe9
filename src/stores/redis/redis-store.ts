import type { Config, Limits } from '../../config.ts';
import type { ModelName } from '../../model-name.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { withDeadline } from '../../policies/deadline.ts';
import { guard } from '../../policies/guard.ts';
import { type CallName, guardCalls } from '../../policies/guard-call.ts';
import { checkHealth } from '../../policies/health.ts';
import { operationOf, type RedisAsk, readAsks } from './ask.ts';
import { openRedisClient, type RedisClient, toRedisError, untilReady } from './client.ts';
import { countPredictions, type PredictionTally } from './count-predictions.ts';
import { openLimits } from './limits.ts';
import {
  dropRouteToken,
  giveUpTurn,
  type KeptPrediction,
  keepPrediction,
  leaveRouteToken,
  type PredictionPlace,
  replacePrediction,
  takeRouteTokens,
  takeTurn,
} from './predictions.ts';
import { purgeModel } from './purge-model.ts';
import { type BoardState, boardMembers, boardNames, noteRebuilt, syncBoards } from './sync-boards.ts';
import { type BoardChange, writeScores } from './write-boards.ts';
import { type FeatureBatch, writeFeatures } from './write-features.ts';
import { clearServing, isServingEmpty, type ServingToWrite, writeServing } from './write-serving.ts';

/** Ten thousand rows may take longer than a read: a write has one more deadline for each so many. */
const rowsPerDeadline = 1_000;

const noLimits: Limits = { caller: null, subject: null };

/** Redis as the gateway uses it; `inProcess` stands in for a server. */
export function openRedisStore(
  { url, deadlineMs }: Config['redis'],
  inProcess?: RedisClient,
  limits: Limits = noLimits,
) {
  const client = inProcess ?? openRedisClient({ url, deadlineMs });
  // `true`: and connect again.
  const breaker = createBreaker('REDIS', () => client.disconnect(true));
  const write = <T>(name: CallName & { keys: number }, run: () => Promise<T>): Promise<T> => {
    const allowedMs = deadlineMs * (1 + Math.ceil(name.keys / rowsPerDeadline));
    return guardCalls({ store: 'REDIS', deadlineMs: allowedMs, toModelGraphError: toRedisError }, breaker)(
      name,
      run,
    );
  };
  const call = guardCalls({ store: 'REDIS', deadlineMs, toModelGraphError: toRedisError }, breaker);
  return {
    read: guard<RedisAsk<unknown>, unknown>(
      {
        store: 'REDIS',
        read: (asks) => readAsks(client, asks),
        operation: operationOf,
        toModelGraphError: toRedisError,
      },
      breaker,
      deadlineMs,
    ),
    /** Sets scores on a board and takes models off it. Rejects with a ModelGraphError. */
    writeScores: (name: CallName, change: BoardChange) =>
      write({ ...name, keys: change.scores.length + change.gone.length }, () => writeScores(client, change)),
    /** Writes features of many entities. Rejects with a ModelGraphError. */
    writeFeatures: (name: CallName, batch: FeatureBatch) =>
      write({ ...name, keys: batch.rows.length }, () => writeFeatures(client, batch)),
    /** What serving keeps and counts; each rejects with a ModelGraphError. */
    predictions: {
      takeRouteTokens: (name: CallName, models: readonly ModelName[], fresh: string) =>
        write({ ...name, keys: models.length }, () => takeRouteTokens(client, models, fresh)),
      takeTurn: (name: CallName, place: PredictionPlace, turn: { fence: string; forMs: number }) =>
        write({ ...name, keys: 1 }, () => takeTurn(client, place, turn)),
      keep: (name: CallName, place: PredictionPlace, fence: string, answer: KeptPrediction) =>
        write({ ...name, keys: 1 }, () => keepPrediction(client, place, fence, answer)),
      replace: (name: CallName, place: PredictionPlace, answer: KeptPrediction) =>
        write({ ...name, keys: 1 }, () => replacePrediction(client, place, answer)),
      giveUpTurn: (place: PredictionPlace, fence: string) =>
        write({ operation: 'giveUpTurn', keys: 1 }, () => giveUpTurn(client, place, fence)),
      count: (tallies: readonly PredictionTally[]) =>
        write({ operation: 'countPredictions', keys: tallies.length }, () =>
          countPredictions(client, tallies),
        ),
      leaveRouteToken: (name: ModelName) =>
        write({ operation: 'leaveRouteToken', keys: 1 }, () => leaveRouteToken(client, name)),
      dropRouteToken: (name: ModelName) =>
        write({ operation: 'dropRouteToken', keys: 1 }, () => dropRouteToken(client, name)),
    },
    limits: openLimits(limits, client, call),
    /** What the relay tells; each rejects with a ModelGraphError. */
    copies: {
      syncBoards: (states: readonly BoardState[]) =>
        write({ operation: 'syncBoards', keys: states.length }, () => syncBoards(client, states)),
      noteRebuilt: (board: string) =>
        write({ operation: 'noteRebuilt', keys: 1 }, () => noteRebuilt(client, board)),
      boardNames: () => write({ operation: 'boardNames', keys: 1 }, () => boardNames(client)),
      boardMembers: (board: string) => boardMembers(client, board),
      purgeModel: (name: ModelName, sequence: string) =>
        write({ operation: 'purgeModel', keys: 1 }, () => purgeModel(client, name, sequence)),
    },
    health: () => checkHealth('REDIS', breaker, deadlineMs, () => client.ping(), toRedisError),
    /** Redis has no schema: waits for the connection. Rejects while Redis is away. */
    prepare: () => withDeadline(() => untilReady(client), { store: 'REDIS', deadlineMs })(undefined),
    /** For filling the counters; each rejects with the driver's error. */
    bulk: {
      isEmpty: () => isServingEmpty(client),
      clear: () => clearServing(client),
      write: (models: readonly ServingToWrite[]) => writeServing(client, models),
    },
    close: async () => client.disconnect(),
  };
}
