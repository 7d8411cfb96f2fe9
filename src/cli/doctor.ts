import { SingleBar } from 'cli-progress';
import { pino } from 'pino';
import { patient, readConfig } from '../config.ts';
import { ModelGraphError } from '../errors.ts';
import { openGateway } from '../gateway.ts';
import { type CheckedModel, checkPlatform } from '../operations/check-platform.ts';
import { storeTitles } from '../store-name.ts';
import type { Follower } from '../stores/postgres/outbox-claim.ts';
import { type ReplicationStatusRow, replicationStatus } from '../stores/postgres/replication.ts';
import { readEnvironment } from './environment.ts';
import { UsageError } from './usage-error.ts';

interface DoctorOptions {
  readonly consistency?: true;
  readonly repair?: true;
}

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** `npm run doctor`: how the stores are, and with `consistency` whether they agree on every model. Exit code 1: not all is well. */
export async function doctor({ consistency, repair }: DoctorOptions): Promise<void> {
  await withGateway(async (gateway) => {
    const { stores } = await gateway.health();
    for (const { store, state, latencyMs } of stores)
      console.log(
        `  ${storeTitles[store].padEnd(12)}${state}${latencyMs === null ? '' : `  ${latencyMs.toFixed(1)} ms`}`,
      );
    if (stores.some(({ state }) => state !== 'OK')) {
      process.exitCode = 1;
      console.log('Whether the stores agree can be said only when all of them answer.');
    } else if (consistency || repair) {
      await untilTold(gateway);
      await compare(gateway, { repair: repair === true });
    }
  });
}

/** `npm run rebuild`: makes what a store mirrors anew from PostgreSQL, in place, while it is in use; then looks again. */
export async function rebuild(name: string): Promise<void> {
  const store = ({ mongo: 'MONGODB', redis: 'REDIS' } as const)[name];
  if (!store) throw new UsageError(`"${name}" mirrors nothing; give mongo or redis.`);
  await withGateway(async (gateway) => {
    await untilTold(gateway);
    await compare(gateway, { repair: true, stores: [store] });
    await compare(gateway, { repair: false, stores: [store] });
  });
}

async function withGateway(run: (gateway: Gateway) => Promise<void>): Promise<void> {
  const logger = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
  const gateway = await openGateway(patient(readConfig(readEnvironment())), { logger, development: false });
  try {
    await run(gateway);
  } finally {
    await gateway.close();
  }
}

const patienceMs = 60_000;
const pollMs = 200;

/** What has not been told yet is no difference: waits for it, a minute at most. */
async function untilTold(gateway: Gateway): Promise<void> {
  const until = Date.now() + patienceMs;
  for (let waited = false; Date.now() < until; waited = true) {
    const [answer] = await gateway.stores.postgres.read([{ question: replicationStatus, key: '' }]);
    if (answer instanceof ModelGraphError) throw answer;
    const { stores } = answer as ReplicationStatusRow;
    const pending = stores.reduce((sum, store) => sum + store.pending, 0);
    if (pending === 0) return;
    if (!waited) console.log(`  ${pending} things are on their way to MongoDB and Redis; waiting for them.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const mostNamed = 20;

async function compare(
  { stores }: Gateway,
  options: { repair: boolean; stores?: readonly Follower[] },
): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const total = await stores.postgres.bulk.countModelsNamed('');
  const bar = new SingleBar({
    format: '{bar} {value}/{total} models, {eta_formatted} left',
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  const found: CheckedModel[] = [];
  let differing = 0;
  let checked = 0;
  bar.start(total, 0);
  const onProgress = (models: number) => {
    checked = models;
    bar.update(Math.min(models, total));
  };
  const context = { stores, actor: 'doctor' };
  for await (const model of checkPlatform(context, { ...options, onProgress, signal: interrupted.signal })) {
    differing += 1;
    if (found.length < mostNamed) found.push(model);
    if (model.left.length > 0) process.exitCode = 1;
  }
  bar.stop();
  for (const { name, drifts, left } of found) {
    const verdict = left.length === 0 ? 'repaired' : options.repair ? 'not repaired' : 'differs';
    console.log(`  ${name}: ${verdict}`);
    for (const { store, kind, detail, entity } of left.length > 0 ? left : drifts)
      console.log(
        `    ${storeTitles[store]} ${kind} ${entity.key === name ? '' : `${entity.key} `}${detail}`,
      );
  }
  if (differing > found.length) console.log(`  and ${differing - found.length} more`);
  const outcome =
    differing === 0 ? 'all stores agree' : `${differing} ${options.repair ? 'differed' : 'differ'}`;
  console.log(
    `Checked ${checked} models: ${outcome}.${interrupted.signal.aborted ? ' Stopped before the end.' : ''}`,
  );
}
