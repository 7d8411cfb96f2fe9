import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { type Document, MongoClient } from 'mongodb';
import postgres from 'postgres';
import type { Acknowledged } from './clients.ts';

/** Where the stores are. */
export interface Urls {
  readonly DATABASE_URL: string;
  readonly MONGODB_URI: string;
  readonly REDIS_URL: string;
}

/**
 * Waits until the stores have been told all, and compares them past the gateway; without REDIS_URL the two others.
 * Every fault in words; none, when all is well.
 */
export async function verify(
  urls: Omit<Urls, 'REDIS_URL'> & Partial<Urls>,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const sql = postgres(urls.DATABASE_URL, { max: 1, onnotice: () => {} });
  const mongo = await new MongoClient(urls.MONGODB_URI).connect();
  const redis = urls.REDIS_URL === undefined ? undefined : new Redis(urls.REDIS_URL);
  try {
    await untilDrained(sql, redis ? ['MONGODB', 'REDIS'] : ['MONGODB']);
    const runs = await sql`
      select r.id::text as id, r.model_name, e.sequence::text as sequence, c.run_id is not null as has_config, count(*) over (partition by r.id)::int as n
      from training_runs r left join model_events e on e.kind = 'RUN_REGISTERED' and e.subject_key = r.id::text
      left join run_configs c on c.run_id = r.id`;
    const configs = mongo.db('modelgraph').collection<Document & { _id: string }>('model_configs');
    const documents = await configs.find({ kind: 'RUN' }, { promoteLongs: false }).toArray();
    return [
      ...faultsOfRuns(runs, documents, acknowledged),
      ...(await setAside(sql)),
      ...(await faultsOfModels(sql, mongo)),
      ...(redis ? await faultsOfBoards(sql, redis) : []),
    ];
  } finally {
    await sql.end();
    await mongo.close();
    redis?.disconnect();
  }
}

async function untilDrained(sql: postgres.Sql, stores: readonly string[]): Promise<void> {
  for (;;) {
    const [pending] = await sql`
      select count(*)::int as n from outbox where applied_at is null and dead_at is null and store = any(${stores})`;
    if (pending?.n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function setAside(sql: postgres.Sql): Promise<string[]> {
  const dead =
    await sql`select store, last_error from outbox where applied_at is null and dead_at is not null`;
  return dead.map(({ store, last_error }) => `${store} refused what it had to be told: ${last_error}`);
}

function faultsOfRuns(
  runs: readonly postgres.Row[],
  documents: readonly Document[],
  acknowledged: readonly Acknowledged[],
): string[] {
  const faults: string[] = [];
  const rows = new Map(runs.map((run) => [String(run.id), run]));
  const copies = new Map(documents.map((document) => [String(document._id), document]));
  const gone = new Set(acknowledged.flatMap((write) => (write.kind === 'deleted' ? [write.model] : [])));
  const registered = acknowledged.flatMap((write) => (write.kind === 'registered' ? [write] : []));
  if (new Set(registered.map(({ runId }) => runId)).size !== registered.length)
    faults.push('two registrations were answered with one run');
  for (const { model, runId, sequence, behind, config } of registered) {
    if (BigInt(sequence) <= behind)
      faults.push(`run ${runId} stands before what its client knew when sending it`);
    const [row, copy] = [rows.get(runId), copies.get(runId)];
    if (gone.has(model)) {
      if (row || copy) faults.push(`run ${runId} of the deleted ${model} is still there`);
    } else if (!row || row.sequence !== sequence)
      faults.push(`run ${runId} is not in PostgreSQL as it was answered`);
    else if (!copy || !isDeepStrictEqual(unescaped(copy.document), config))
      faults.push(`run ${runId} is not in MongoDB as it was sent`);
    else if (String(copy.sequence) !== sequence) faults.push(`run ${runId} has another sequence in MongoDB`);
  }
  const known = new Set(registered.map(({ runId }) => runId));
  for (const [id, { n, sequence, has_config }] of rows) {
    if (!known.has(id)) faults.push(`run ${id} was never answered, though its write was sent until it was`);
    if (n !== 1 || !sequence || !has_config) faults.push(`run ${id} is half there`);
  }
  for (const id of copies.keys()) if (!rows.has(id)) faults.push(`MongoDB has run ${id}, which is not there`);
  return faults;
}

const unescaped = (document: unknown) =>
  JSON.parse(JSON.stringify(document).replaceAll('%2E', '.').replaceAll('%24', '$'));

async function faultsOfModels(sql: postgres.Sql, mongo: MongoClient): Promise<string[]> {
  const events = await sql`select e.model_name, max(e.sequence)::text as sequence, m.name is null as deleted
    from model_events e left join models m on m.name = e.model_name group by e.model_name, m.name`;
  const models = mongo.db('modelgraph').collection<Document & { _id: string }>('models');
  const copies = new Map(
    (await models.find({}, { promoteLongs: false }).toArray()).map((copy) => [String(copy._id), copy]),
  );
  const faults = events.flatMap(({ model_name, sequence, deleted }) => {
    const copy = copies.get(model_name);
    copies.delete(model_name);
    if (copy && String(copy.sequence) === sequence && copy.deleted === deleted) return [];
    return [`the copy of ${model_name} is of ${copy?.sequence}, not of ${sequence}`];
  });
  return [
    ...faults,
    ...[...copies.keys()].map((name) => `MongoDB has a copy of ${name}, of which nobody heard`),
  ];
}

async function faultsOfBoards(sql: postgres.Sql, redis: Redis): Promise<string[]> {
  // Counted anew from what each run ended with, not from what the writers keep.
  const best =
    await sql`select model_name, max(value) as score from run_metrics where key = 'accuracy' group by model_name`;
  const wanted = new Map(best.map(({ model_name, score }) => [String(model_name), Number(score)]));
  const entries = await redis.zrange('mg:board:{accuracy}', 0, -1, 'WITHSCORES');
  const there = new Map<string, number>();
  for (let n = 0; n < entries.length; n += 2) there.set(String(entries[n]), Number(entries[n + 1]));
  return isDeepStrictEqual(new Map([...there].sort()), new Map([...wanted].sort()))
    ? []
    : [`the board of accuracy is ${JSON.stringify([...there])}, not ${JSON.stringify([...wanted])}`];
}
