import postgres from 'postgres';
import { openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { startGateway } from '../support/gateway-process.ts';
import type { GraphQLClient } from '../support/graphql-client.ts';
import { openOwnStores } from '../support/own-stores.ts';
import { atRate, p50AndP99 } from './pace.ts';
import { registerRuns } from './runs.ts';

const runs = 100_000;
const runsPerCall = 1_000;
const queriesPerSecond = 50;
const quietMs = 10_000;

const unifiedModel = `{ model(by: { name: "bench-7" }) {
  name aliases { alias version { version } } latestVersion { version }
  trainingRuns(first: 2) { nodes { framework status durationMs metrics { key value } } }
  deployments(first: 3) { nodes { environment status trafficPercent version { version } } }
  config { framework hyperparameters } serving { predictionCount leaderboardRank }
  sources { store state presence } } }`;

interface Answered {
  /** On the clock of the machine. */
  readonly askedAt: number;
  readonly ms: number;
}

/** How fast a backlog goes to MongoDB that grew while it was away, and what queries notice of it. */
export async function measureBacklog(): Promise<[string, string][]> {
  const stores = await openOwnStores();
  const { DATABASE_URL, MONGODB_URI } = stores.environment;
  const link = await openFaultySocket(Number(new URL(MONGODB_URI).port));
  const gateway = await startGateway({
    ...stores.environment,
    MONGODB_URI: throughPort(MONGODB_URI, link.port),
  });
  const sql = postgres(DATABASE_URL, { max: 1 });
  await registerRuns(gateway, 0, runsPerCall);
  await queryUntil(gateway, afterMs(quietMs / 2));
  await stores.drained(sql);
  const before = await queryUntil(gateway, afterMs(quietMs));
  link.kill();
  const registeringAt = performance.now();
  for (let n = 1; n <= runs / runsPerCall; n += 1) await registerRuns(gateway, n * runsPerCall, runsPerCall);
  const registeredMs = performance.now() - registeringAt;
  let over = false;
  const draining = queryUntil(gateway, () => over);
  link.revive();
  await stores.drained(sql);
  over = true;
  const asked = await draining;
  const [told] = await sql<{ count: number; from: number; to: number }[]>`
    select count(*)::int as count, extract(epoch from min(applied_at))::float8 * 1000 as from,
      extract(epoch from max(applied_at))::float8 * 1000 as to
    from outbox where store = 'MONGODB' and sequence > (select max(sequence) - ${runs} from outbox)`;
  if (!told) throw new Error('Nothing was told.');
  const during = asked.filter(({ askedAt }) => askedAt > told.from && askedAt < told.to);
  const seconds = (told.to - told.from) / 1_000;
  await Promise.all([sql.end(), gateway.stop()]);
  await link.close();
  await stores.close();
  const ms = (answers: readonly Answered[]) => p50AndP99(answers.map((answer) => answer.ms));
  return [
    ['registered by registerTrainingRuns while MongoDB is away', perSecond(runs, registeredMs / 1_000)],
    [
      `backlog of ${told.count} rows told to MongoDB`,
      `${perSecond(told.count, seconds)}, ${seconds.toFixed(1)} s`,
    ],
    [`unified query at ${queriesPerSecond}/s before, p50 / p99`, ms(before)],
    [`unified query at ${queriesPerSecond}/s meanwhile, p50 / p99`, ms(during)],
  ];
}

const perSecond = (count: number, seconds: number) => `${Math.round(count / seconds)}/s`;

function afterMs(ms: number): () => boolean {
  const startedAt = performance.now();
  return () => performance.now() - startedAt > ms;
}

async function queryUntil(gateway: GraphQLClient, until: () => boolean): Promise<Answered[]> {
  const answers: Answered[] = [];
  await atRate(queriesPerSecond, until, async () => {
    const [askedAt, from] = [Date.now(), performance.now()];
    await gateway.ask(unifiedModel);
    answers.push({ askedAt, ms: performance.now() - from });
  });
  return answers;
}
