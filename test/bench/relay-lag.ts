import { MongoClient } from 'mongodb';
import postgres from 'postgres';
import { startGateway } from '../support/gateway-process.ts';
import { openOwnStores } from '../support/own-stores.ts';
import { atRate, p50AndP99 } from './pace.ts';
import { registerRuns } from './runs.ts';

const warmUpMs = 5_000;
const measuredMs = 20_000;
/** Of clients that register at once. */
const connections = 64;
/** Of so many calls the runs of one are looked for in MongoDB: to look for all would be a load of its own. */
const sampleOf = 10;

/** How long after their registration MongoDB and Redis know of runs, at so many calls a second. */
export async function measureLag(callsPerSecond: number, runsPerCall: number): Promise<[string, string][]> {
  const stores = await openOwnStores({ track_commit_timestamp: 'on' });
  const { DATABASE_URL, MONGODB_URI } = stores.environment;
  const gateway = await startGateway(stores.environment, connections);
  const mongo = await new MongoClient(MONGODB_URI).connect();
  const configs = mongo.db().collection<{ _id: string }>('model_configs');
  const answerMs: number[] = [];
  const seenMs: number[] = [];
  const startedAt = performance.now();
  await atRate(
    callsPerSecond,
    () => performance.now() - startedAt > warmUpMs + measuredMs,
    async (n) => {
      const askedAt = performance.now();
      const ids = await registerRuns(gateway, n * runsPerCall, runsPerCall);
      const answeredAt = performance.now();
      if (askedAt - startedAt < warmUpMs) return;
      answerMs.push(answeredAt - askedAt);
      if (n % sampleOf > 0) return;
      const last = { _id: ids.at(-1) ?? '' };
      while (!(await configs.findOne(last, { projection: { _id: 1 } })))
        await new Promise((resolve) => setTimeout(resolve, 1));
      seenMs.push(performance.now() - answeredAt);
    },
  );
  const tookMs = performance.now() - startedAt - warmUpMs;
  const sql = postgres(DATABASE_URL, { max: 1 });
  await stores.drained(sql);
  const rows = await sql<{ store: string; ms: number }[]>`
    select store, extract(epoch from applied_at - pg_xact_commit_timestamp(e.xmin))::float8 * 1000 as ms
    from outbox join model_events e using (sequence) where created_at > (select min(created_at) from outbox) + ${warmUpMs} * interval '1 ms'`;
  const ofStore = (name: string) => rows.filter(({ store }) => store === name).map(({ ms }) => ms);
  await Promise.all([sql.end(), mongo.close(), gateway.stop()]);
  await stores.close();
  const done = Math.round((answerMs.length * runsPerCall) / (tookMs / 1_000));
  return [
    [`registered, of ${callsPerSecond} x ${runsPerCall} runs a second`, `${done}/s`],
    ['  until the call is answered, p50 / p99', p50AndP99(answerMs)],
    ['  from the answer until a find in MongoDB sees the run', p50AndP99(seenMs)],
    ['  from the commit until MongoDB had all of it', p50AndP99(ofStore('MONGODB'))],
    ['  from the commit until Redis had all of it', p50AndP99(ofStore('REDIS'))],
  ];
}
