import type { Document } from 'mongodb';
import type { Config } from '../../config.ts';
import type { ModelName } from '../../model-name.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { guard } from '../../policies/guard.ts';
import { type CallName, guardCalls } from '../../policies/guard-call.ts';
import { checkHealth } from '../../policies/health.ts';
import { applyMongoSchema } from './apply-schema.ts';
import { openMongoClient, toMongoError } from './client.ts';
import { type ConfigFacets, readConfigFacets } from './config-facets.ts';
import type { ConfigCondition } from './config-filter.ts';
import { readConfigNames } from './config-names.ts';
import {
  type ConfigAsk,
  type ConfigAtRest,
  type ConfigRecord,
  configsCollection,
  headIdOf,
  readConfigs,
} from './configs.ts';
import { type CopiesQuestion, operationOf, readCopies } from './copies-question.ts';
import { countConfigs } from './count-configs.ts';
import type { FacetsAsk } from './facet-pipeline.ts';
import { heldNames } from './held-names.ts';
import { type DeletedModel, purgeModel } from './purge-model.ts';
import { deleteRuns, type RunRange, readRunDigests } from './run-digests.ts';
import { type ConfigToWrite, writeConfigs } from './write-configs.ts';
import { type HeadWrite, writeHead } from './write-head.ts';
import { asCopied, type ModelToCopy, modelsCollection, readModels, writeModels } from './write-models.ts';
import { type RunConfigToWrite, writeRuns } from './write-runs.ts';

/** MongoDB as the gateway uses it; `maxFilterNames` is how many models one condition on documents may find. */
export function openMongoStore({ url, poolMax, deadlineMs }: Config['mongo'], maxFilterNames = 10_000) {
  // MongoDB gives up by itself, a little before the deadline: then it is known to be there.
  const limitMs = Math.ceil(deadlineMs * 0.9);
  const { client, db } = openMongoClient({ url, poolMax, deadlineMs });
  const configs = db.collection<ConfigAtRest>(configsCollection);
  const models = db.collection<Document & { _id: string }>(modelsCollection);
  const breaker = createBreaker('MONGODB');
  const call = guardCalls({ store: 'MONGODB', deadlineMs, toModelGraphError: toMongoError }, breaker);
  return {
    read: guard<ConfigAsk, ConfigRecord | undefined>(
      {
        store: 'MONGODB',
        read: (asks, { signal }) => readConfigs(configs, asks, signal, limitMs),
        operation: () => 'readConfigs',
        toModelGraphError: toMongoError,
      },
      breaker,
      deadlineMs,
    ),
    readNames: guard<readonly ConfigCondition[], readonly string[]>(
      {
        store: 'MONGODB',
        read: (asks, { signal }) =>
          readConfigNames(configs, asks, { signal, deadlineMs: limitMs, maxNames: maxFilterNames }),
        operation: () => 'readConfigNames',
        toModelGraphError: toMongoError,
      },
      breaker,
      deadlineMs,
    ),
    readFacets: guard<FacetsAsk, ConfigFacets>(
      {
        store: 'MONGODB',
        read: (asks, { signal }) => readConfigFacets(configs, asks, signal, limitMs),
        operation: () => 'readConfigFacets',
        toModelGraphError: toMongoError,
      },
      breaker,
      deadlineMs,
    ),
    readCopies: guard<CopiesQuestion<unknown>, unknown>(
      {
        store: 'MONGODB',
        read: (questions, { signal }) => readCopies(models, questions, signal, limitMs),
        operation: operationOf,
        toModelGraphError: toMongoError,
      },
      breaker,
      deadlineMs,
    ),
    /** How many documents there are. Rejects with a ModelGraphError. */
    countConfigs: (request: object) =>
      call({ operation: 'countConfigs', request }, ({ signal }) => countConfigs(configs, signal, limitMs)),
    /** Changes a model's head document. Rejects with a ModelGraphError, or the Refusal that says why not. */
    writeHead: (name: CallName, write: HeadWrite) => call(name, () => writeHead(configs, write, limitMs)),
    /** What the relay tells; all reject with a ModelGraphError, and writes return what MongoDB refused for what it is. */
    copies: {
      writeRuns: (runs: readonly RunConfigToWrite[]) =>
        call({ operation: 'writeRuns', keys: runs.length }, () => writeRuns(configs, runs, limitMs)),
      writeModels: (copies: readonly ModelToCopy[]) =>
        call({ operation: 'writeModels', keys: copies.length }, () => writeModels(models, copies, limitMs)),
      deleteRuns: (ids: readonly string[], sequence: string) =>
        call({ operation: 'deleteRuns', keys: ids.length }, () =>
          deleteRuns(configs, ids, sequence, limitMs),
        ),
      asCopied,
      readModels: (names: readonly string[], request?: object) =>
        call({ operation: 'readModels', keys: names.length, request }, () =>
          readModels(models, names, limitMs),
        ),
      readRunDigests: (range: RunRange, request?: object) =>
        call({ operation: 'readRunDigests', request }, () => readRunDigests(configs, range, limitMs)),
      hasHead: (name: ModelName, request?: object) =>
        call(
          { operation: 'hasHead', request },
          async () => (await configs.findOne({ _id: headIdOf(name) }, { projection: { _id: 1 } })) !== null,
        ),
      heldNames: () => heldNames(configs, models),
      purgeModel: (model: DeletedModel) =>
        call({ operation: 'purgeModel' }, () => purgeModel(configs, model, limitMs)),
    },
    health: () => checkHealth('MONGODB', breaker, deadlineMs, () => db.command({ ping: 1 }), toMongoError),
    /** Brings collections, validators and indexes up to date. Rejects while MongoDB is away. */
    prepare: () => applyMongoSchema(db).catch((error) => Promise.reject(toMongoError(error))),
    /** For filling the collection; each rejects with the driver's error. */
    bulk: {
      isEmpty: async () => (await configs.findOne({}, { projection: { _id: 1 } })) === null,
      clear: () => Promise.all([configs.deleteMany({}), models.deleteMany({})]),
      write: (documents: readonly ConfigToWrite[]) => writeConfigs(configs, documents),
    },
    close: () => client.close(),
  };
}
