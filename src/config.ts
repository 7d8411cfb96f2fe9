import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

const digits = (text: string) => (/^\d+$/.test(text) ? Number(text) : Number.NaN);
const whole = (least: number, most: number, remedy = `give a whole number from ${least} to ${most}`) =>
  z
    .string()
    .transform(digits)
    .pipe(z.number({ error: remedy }).min(least, remedy).max(most, remedy));
const url = (schemes: string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text.replace(/,[^/@]*/g, '')) && schemes.some((s) => text.startsWith(`${s}://`)),
      {
        error: `give a URL such as ${example}`,
      },
    );

// Neither a password, which would end up in logs, nor a query, which no path can follow.
const urlPrefix = (text: string) => {
  if (!/^https?:\/\/[^?#@\s\\]+$/.test(text) || !URL.canParse(text)) return false;
  return !/%(2f|5c|25)/i.test(text);
};
const listOf = (text: string) => text.split(',').map((entry) => entry.trim());

/** An address, or a range such as 10.0.0.0/8. */
function isAddressRange(text: string): boolean {
  const [address = '', prefix = '0', ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && digits(prefix) <= bits;
}

const keyIn = (pair: string) => pair.slice(pair.indexOf(':') + 1);
const apiKey = z
  .string()
  .regex(
    /^[\w.@-]{1,100}:[!-~]{16,200}$/,
    'give name:key pairs, separated by commas: a name of letters, digits and "._@-", a key of at least 16 characters without spaces',
  )
  .transform((pair) => ({ name: pair.slice(0, pair.indexOf(':')), digest: digestOf(keyIn(pair)) }));

const most = { points: 10_000_000, windowSeconds: 86_400 };

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: whole(0, 65_535, 'give a port, a whole number from 0 (any free one) to 65535').default(4000),
  HOST: z.string().min(1, 'give an address to listen on, such as 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'give one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
  DATABASE_URL: url(['postgres', 'postgresql'], 'postgres://user:password@host:5432/database').optional(),
  MONGODB_URI: url(['mongodb', 'mongodb+srv'], 'mongodb://user:password@host:27017/database').optional(),
  REDIS_URL: url(['redis', 'rediss'], 'redis://:password@host:6379').optional(),
  POSTGRES_POOL_MAX: whole(1, 200).default(4),
  POSTGRES_DEADLINE_MS: whole(10, 60_000).default(2_000),
  POSTGRES_HEAVY_DEADLINE_MS: whole(10, 600_000).default(10_000),
  MONGODB_POOL_MAX: whole(1, 500).default(10),
  MONGODB_DEADLINE_MS: whole(10, 60_000).default(2_000),
  REDIS_DEADLINE_MS: whole(10, 60_000).default(500),
  CONFIG_FILTER_MAX_IDS: whole(1, 100_000).default(10_000),
  CURSOR_SECRET: z.string().min(16, 'give at least 16 characters, the same on every instance').optional(),
  CORS_ORIGINS: z
    .string()
    .transform(listOf)
    .pipe(
      z.array(
        z
          .string()
          .regex(/^https?:\/\/[^/]+$/, 'give origins such as https://app.example.com, separated by commas'),
      ),
    )
    .default([]),
  INFERENCE_ONNX_DIR: z.string().optional(),
  INFERENCE_ENDPOINTS: z
    .string()
    .transform((text) => text.split(',').map((prefix) => prefix.trim()))
    .pipe(
      z.array(
        z.string().refine(urlPrefix, {
          error:
            'give origins or URL prefixes such as https://inference.example.com or http://10.0.0.5:8080/models/, separated by commas',
        }),
      ),
    )
    .default([]),
  INFERENCE_DEADLINE_MS: whole(10, 600_000).default(5_000),
  INFERENCE_MAX_CONCURRENT: whole(1, 10_000).default(64),
  PREDICTION_CACHE_BYTES: whole(1, 10_000_000_000).default(32_000_000),
  API_KEYS: z
    .string()
    .transform(listOf)
    .refine((pairs) => new Set(pairs.map(keyIn)).size === pairs.length, {
      error: 'give every key once; one name may have several',
    })
    .pipe(z.array(apiKey))
    .default([]),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => (/^\d$/.test(text) ? Number(text) : listOf(text)))
    .refine((proxies) => typeof proxies === 'number' || proxies.every(isAddressRange), {
      error:
        'give how many proxies stand in front, 0 to 9, or their addresses and ranges such as 10.0.0.0/8, separated by commas',
    })
    .default(0),
  RATE_LIMIT_POINTS: whole(0, most.points).default(0),
  RATE_LIMIT_WINDOW_SECONDS: whole(1, most.windowSeconds).default(60),
  SUBJECT_LIMIT_POINTS: whole(0, most.points).default(0),
  SUBJECT_LIMIT_WINDOW_SECONDS: whole(1, most.windowSeconds).default(60),
  MAX_BODY_BYTES: whole(1_024, 100_000_000).default(20_000_000),
  SHUTDOWN_GRACE_MS: whole(0, 600_000).default(10_000),
});

/** Which servers may be asked for predictions, and how. */
export interface InferenceSettings {
  /** The folder of the ONNX files that this gateway computes itself; none are, when undefined. */
  readonly onnxDirectory: string | undefined;
  /** Origins or URL prefixes, http or https; no server may be asked when empty. */
  readonly endpoints: readonly string[];
  /** How long one prediction may take, waiting for its turn included. */
  readonly deadlineMs: number;
  /** Requests under way to one endpoint; more wait. */
  readonly maxConcurrent: number;
}

/** So many points, which come back evenly over so many seconds. */
export interface LimitRule {
  readonly points: number;
  readonly windowSeconds: number;
}

/** What is counted apart: the callers of the gateway, and the subjects of predictions. */
export type LimitScope = 'caller' | 'subject';

/** Null: no limit. */
export type Limits = Readonly<Record<LimitScope, LimitRule | null>>;

/** Who has it, and its SHA-256: no Config holds a key itself. */
export interface ApiKey {
  readonly name: string;
  readonly digest: Buffer;
}

/** The form in which keys are kept and compared. */
export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The gateway's settings. URLs carry passwords: never log a Config. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly logLevel: string;
  /** `heavyDeadlineMs` is for questions that read a good part of a table. */
  readonly postgres: { url: string; poolMax: number; deadlineMs: number; heavyDeadlineMs: number };
  readonly mongo: { url: string; poolMax: number; deadlineMs: number };
  readonly redis: { url: string; deadlineMs: number };
  /** How many models a condition on documents may find before it is FILTER_TOO_BROAD. */
  readonly configFilterMaxIds: number;
  /** Signs page cursors; the same on every instance, or a page turned elsewhere is refused. */
  readonly cursorSecret: string;
  /** Web pages of these origins may ask; none but the gateway's own, when empty. */
  readonly corsOrigins: readonly string[];
  readonly inference: InferenceSettings;
  /** How much memory predictions may take up in this process, before Redis. */
  readonly predictionCacheBytes: number;
  readonly apiKeys: readonly ApiKey[];
  /** Whose word on addresses counts: so many proxies in front of the gateway, or those at these addresses and ranges. */
  readonly trustedProxies: number | readonly string[];
  readonly limits: Limits;
  readonly maxBodyBytes: number;
  readonly shutdownGraceMs: number;
}

/** Every fault of the environment at once: a line for each variable, saying what would be right. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(
      `The environment has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type StoreUrl = 'DATABASE_URL' | 'MONGODB_URI' | 'REDIS_URL';

/** Which stores the environment names; the others are embedded in `dev` and a fault in `start`. */
export function missingStoreUrls(environment: Environment): StoreUrl[] {
  return (['DATABASE_URL', 'MONGODB_URI', 'REDIS_URL'] as const).filter((name) => !environment[name]);
}

/** Environment → Config. Fails with ConfigError, naming every fault; a store without a URL is one. */
export function readConfig(environment: Environment): Config {
  // An empty value in a .env file means "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}.`);
  for (const name of missingStoreUrls(environment)) faults.push(`${name}: not set; ${urlRemedies[name]}.`);
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const { DATABASE_URL = '', MONGODB_URI = '', REDIS_URL = '', ...rest } = parsed.data;
  return {
    port: rest.PORT,
    host: rest.HOST,
    logLevel: rest.LOG_LEVEL,
    postgres: {
      url: DATABASE_URL,
      poolMax: rest.POSTGRES_POOL_MAX,
      deadlineMs: rest.POSTGRES_DEADLINE_MS,
      heavyDeadlineMs: rest.POSTGRES_HEAVY_DEADLINE_MS,
    },
    mongo: { url: MONGODB_URI, poolMax: rest.MONGODB_POOL_MAX, deadlineMs: rest.MONGODB_DEADLINE_MS },
    redis: { url: REDIS_URL, deadlineMs: rest.REDIS_DEADLINE_MS },
    configFilterMaxIds: rest.CONFIG_FILTER_MAX_IDS,
    // Every instance knows the database's URL and nobody else does: a default that needs no setting.
    cursorSecret: rest.CURSOR_SECRET ?? `cursor:${DATABASE_URL}`,
    corsOrigins: rest.CORS_ORIGINS,
    inference: {
      onnxDirectory: rest.INFERENCE_ONNX_DIR,
      endpoints: rest.INFERENCE_ENDPOINTS,
      deadlineMs: rest.INFERENCE_DEADLINE_MS,
      maxConcurrent: rest.INFERENCE_MAX_CONCURRENT,
    },
    predictionCacheBytes: rest.PREDICTION_CACHE_BYTES,
    apiKeys: rest.API_KEYS,
    trustedProxies: rest.TRUSTED_PROXIES,
    limits: {
      caller: ruleOf(rest.RATE_LIMIT_POINTS, rest.RATE_LIMIT_WINDOW_SECONDS),
      subject: ruleOf(rest.SUBJECT_LIMIT_POINTS, rest.SUBJECT_LIMIT_WINDOW_SECONDS),
    },
    maxBodyBytes: rest.MAX_BODY_BYTES,
    shutdownGraceMs: rest.SHUTDOWN_GRACE_MS,
  };
}

const ruleOf = (points: number, windowSeconds: number): LimitRule | null =>
  points === 0 ? null : { points, windowSeconds };

const urlRemedies: Record<StoreUrl, string> = {
  DATABASE_URL: 'give the PostgreSQL URL, such as postgres://user:password@host:5432/database',
  MONGODB_URI: 'give the MongoDB URI, such as mongodb://user:password@host:27017/database',
  REDIS_URL: 'give the Redis URL, such as redis://:password@host:6379',
};

const patientMs = 30_000;

/** For commands of which nobody waits for an answer: a store that is slow to connect or to write is not away. */
export const patient = ({ postgres, mongo, redis, ...rest }: Config): Config => ({
  ...rest,
  postgres: { ...postgres, deadlineMs: patientMs, heavyDeadlineMs: 2 * patientMs },
  mongo: { ...mongo, deadlineMs: patientMs },
  redis: { ...redis, deadlineMs: patientMs },
});
