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
  const seenAtMs = new Map<string, number>();
  const startedAt = performance.now();
  await atRate(
    callsPerSecond,
    () => performance.now() - startedAt > warmUpMs + measuredMs,
    async (n) => {
      const askedAt = performance.now();
      const ids = await registerRuns(gateway, n * runsPerCall, runsPerCall);
      if (askedAt - startedAt < warmUpMs) return;
      answerMs.push(performance.now() - askedAt);
      if (n % sampleOf > 0) return;
      const id = ids.at(-1) ?? '';
      while (!(await configs.findOne({ _id: id }, { projection: { _id: 1 } })));
      seenAtMs.set(id, performance.timeOrigin + performance.now());
    },
  );
  const tookMs = performance.now() - startedAt - warmUpMs;
  const sql = postgres(DATABASE_URL, { max: 1 });
  await stores.drained(sql);
  const rows = await sql<{ store: string; ms: number }[]>`
    select store, extract(epoch from applied_at - pg_xact_commit_timestamp(e.xmin))::float8 * 1000 as ms
    from outbox join model_events e using (sequence) where created_at > (select min(created_at) from outbox) + ${warmUpMs} * interval '1 ms'`;
  const commits = await sql<{ id: string; ms: number }[]>`
    select subject_key as id, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as ms
    from model_events where kind = 'RUN_REGISTERED' and subject_key = any(${[...seenAtMs.keys()]})`;
  const seenMs = commits.map(({ id, ms }) => (seenAtMs.get(id) ?? Number.NaN) - ms);
  const ofStore = (name: string) => rows.filter(({ store }) => store === name).map(({ ms }) => ms);
  await Promise.all([sql.end(), mongo.close(), gateway.stop()]);
  await stores.close();
  const done = Math.round((answerMs.length * runsPerCall) / (tookMs / 1_000));
  return [
    [`registered, of ${callsPerSecond} x ${runsPerCall} runs a second`, `${done}/s`],
    ['  until the call is answered, p50 / p99', p50AndP99(answerMs)],
    ['  from the commit until a find in MongoDB sees the run', p50AndP99(seenMs)],
    [
      '  from the commit until MongoDB had its model’s copy too, and PostgreSQL knew',
      p50AndP99(ofStore('MONGODB')),
    ],
    ['  from the commit until Redis had all of it, and PostgreSQL knew', p50AndP99(ofStore('REDIS'))],
  ];
}
