import type { EmbeddedRedis } from '../../../../src/embedded/redis.ts';
import { withDeadline } from '../../../../src/policies/deadline.ts';
import { openRedisClient, type RedisClient, untilReady } from '../../../../src/stores/redis/client.ts';
import { runsInChunks } from '../entities.ts';
import { NotApplicable } from '../operation.ts';
import { bind, redisOperations } from '../operations.ts';
import type { Durability } from '../results.ts';
import { benchName, type OpenRuns, type StoreBench } from '../store-bench.ts';
import { byAccuracyKey, runKey } from './runs.ts';

interface Options {
  readonly url: string | undefined;
  readonly deadlineMs: number;
  /** Undefined: the server of REDIS_URL. */
  readonly embedded?: EmbeddedRedis | undefined;
}

const prefix = `${benchName}:`;
const probeMs = 2_000;

/** Redis; rejects when it is away. Without a URL it is the embedded one that lives in this process. */
export async function openRedisBench({ url, deadlineMs, embedded }: Options): Promise<StoreBench> {
  // Only its owner's client sees more than the comparison's keys: to find them, and to remove them.
  const owner = await connect(url, embedded, '', deadlineMs);
  const info = url === undefined ? '' : await owner.info('server');
  const { name, standIn } =
    url === undefined ? { name: String(embedded?.server), standIn: true } : whatItIs(info);
  return {
    store: 'redis',
    label: `${name}, ${embedded ? 'embedded' : 'of REDIS_URL'}`,
    standIn,
    gatewayUrl: url === undefined ? undefined : withPrefix(url),
    async isTaken() {
      for await (const keys of owner.scanStream({ match: `${prefix}*`, count: 1_000 }))
        if (keys.length > 0) return true;
      return false;
    },
    async open(size, durability, signal): Promise<OpenRuns | NotApplicable> {
      if (url === undefined && durability === 'disk')
        return new NotApplicable('this stand-in keeps nothing on disk');
      if (embedded && url !== undefined) await appendOnly(owner, durability);
      const settings = url === undefined ? { appendonly: 'no' } : await settingsOf(owner);
      const always = settings.appendonly === 'yes' && settings.appendfsync === 'always';
      if (always !== (durability === 'disk'))
        return new NotApplicable(
          `this Redis has appendonly ${settings.appendonly}, appendfsync ${settings.appendfsync}, which only its owner may change`,
        );
      const redis = await connect(url, embedded, prefix, deadlineMs);
      const close = async () => {
        redis.disconnect();
        await removeKeys(owner);
        if (embedded && url !== undefined) await appendOnly(owner, 'memory');
      };
      try {
        await fill(redis, size, signal);
      } catch (error) {
        await close();
        throw error;
      }
      return {
        operations: bind(redisOperations, { redis }),
        settings: { ...settings, connections: '1' },
        close,
      };
    },
    async close() {
      owner.disconnect();
      await embedded?.close();
    },
  };
}

async function connect(
  url: string | undefined,
  embedded: EmbeddedRedis | undefined,
  keyPrefix: string,
  deadlineMs: number,
): Promise<RedisClient> {
  if (url === undefined) return embedded?.client?.duplicate({ keyPrefix }) as RedisClient;
  const client = openRedisClient({ url: keyPrefix === '' ? url : withPrefix(url), deadlineMs });
  try {
    await withDeadline(() => untilReady(client), { store: 'REDIS', deadlineMs: probeMs })(undefined);
    return client;
  } catch (error) {
    client.disconnect();
    throw error;
  }
}

/** ioredis takes its options from the query, so that a gateway's keys are the comparison's too. */
function withPrefix(url: string): string {
  const prefixed = new URL(url);
  prefixed.searchParams.set('keyPrefix', prefix);
  return prefixed.href;
}

async function fill(redis: RedisClient, size: number, signal: AbortSignal): Promise<void> {
  for (const runs of runsInChunks(size)) {
    signal.throwIfAborted();
    const pipeline = redis.pipeline();
    for (const run of runs) pipeline.hset(runKey(run.id), run);
    pipeline.zadd(byAccuracyKey, ...runs.flatMap(({ accuracy, id }) => [accuracy, id]));
    await pipeline.exec();
  }
}

async function removeKeys(owner: RedisClient): Promise<void> {
  for await (const keys of owner.scanStream({ match: `${prefix}*`, count: 1_000 }))
    if (keys.length > 0) await owner.unlink(...keys);
}

/** Only for a server of our own; returns when what it holds is in the log. */
async function appendOnly(owner: RedisClient, durability: Durability): Promise<void> {
  await owner.config('SET', 'appendfsync', durability === 'disk' ? 'always' : 'everysec');
  await owner.config('SET', 'appendonly', durability === 'disk' ? 'yes' : 'no');
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await owner.info('persistence')))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function settingsOf(owner: RedisClient): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const name of ['appendonly', 'appendfsync', 'save', 'maxmemory-policy']) {
    const [, value = ''] = (await owner.config('GET', name)) as string[];
    settings[name] = value;
  }
  return settings;
}

/** By what a server says of itself: others speak Redis's protocol too. */
export function whatItIs(info: string): { name: string; standIn: boolean } {
  const [, other] = /server_name:(\w+)/.exec(info) ?? [];
  const [, version = ''] =
    (other && new RegExp(`${other}_version:([\\w.-]+)`).exec(info)) ||
    /redis_version:([\w.]+)/.exec(info) ||
    [];
  const name = `${other ?? 'Redis'} ${version}`.trim();
  return { name, standIn: other !== undefined && other !== 'redis' };
}
