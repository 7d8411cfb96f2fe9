import type { Config } from '../../config.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { guard } from '../../policies/guard.ts';
import { guardCalls } from '../../policies/guard-call.ts';
import { checkHealth } from '../../policies/health.ts';
import { applyMongoSchema } from './apply-schema.ts';
import { openMongoClient, toMongoError } from './client.ts';
import {
  type ConfigAsk,
  type ConfigAtRest,
  type ConfigRecord,
  configsCollection,
  readConfigs,
} from './configs.ts';
import { type DeletedModel, purgeModel } from './purge-model.ts';
import { type ConfigToWrite, writeConfigs } from './write-configs.ts';

/** MongoDB as the gateway uses it. */
export function openMongoStore({ url, poolMax, deadlineMs }: Config['mongo']) {
  const { client, db } = openMongoClient({ url, poolMax, deadlineMs });
  const configs = db.collection<ConfigAtRest>(configsCollection);
  const breaker = createBreaker('MONGODB');
  const call = guardCalls({ store: 'MONGODB', deadlineMs, toModelGraphError: toMongoError }, breaker);
  return {
    read: guard<ConfigAsk, ConfigRecord | undefined>(
      {
        store: 'MONGODB',
        read: (asks, signal) => readConfigs(configs, asks, signal, deadlineMs),
        operation: () => 'readConfigs',
        toModelGraphError: toMongoError,
      },
      breaker,
      deadlineMs,
    ),
    /** Removes what is held of a deleted model. Rejects with a ModelGraphError. */
    purgeModel: (model: DeletedModel, request?: object) =>
      call({ operation: 'purgeModel', request }, () => purgeModel(configs, model, deadlineMs)),
    health: () => checkHealth('MONGODB', breaker, deadlineMs, () => db.command({ ping: 1 }), toMongoError),
    /** Brings collections, validators and indexes up to date. Rejects while MongoDB is away. */
    prepare: () => applyMongoSchema(db).catch((error) => Promise.reject(toMongoError(error))),
    /** For filling the collection; each rejects with the driver's error. */
    bulk: {
      isEmpty: async () => (await configs.findOne({}, { projection: { _id: 1 } })) === null,
      clear: () => configs.deleteMany({}),
      write: (documents: readonly ConfigToWrite[]) => writeConfigs(configs, documents),
    },
    close: () => client.close(),
  };
}
