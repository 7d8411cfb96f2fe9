import { randomUUID } from 'node:crypto';
import type { ModelName } from '../../model-name.ts';
import { corrupt, type RedisAsk } from './ask.ts';
import type { RedisClient } from './client.ts';
import { lastPredictionKey, predictionKey, predictionLockKey, routeTokenKey } from './keys.ts';

/** Where an answer is kept: that of one version to one input. */
export interface PredictionPlace {
  readonly name: ModelName;
  readonly version: number;
  /** SHA-256 in hexadecimal of all that the answer depends on. */
  readonly digest: string;
}

/** An answer at rest: its outputs as text, when it was computed, and for how long it may still be given. */
export interface KeptPrediction {
  readonly outputs: string;
  readonly computedAtMs: number;
  readonly leftMs: number;
}

/** Far longer than anyone relies on a token without looking at it again. */
const tokenTtlMs = 600_000;
const unusedTokenMs = 1_000;

/** A model's route token; undefined: nobody relies on one. Reading keeps it. */
export function routeToken(name: ModelName): RedisAsk<string | undefined> {
  return {
    operation: 'readRouteToken',
    id: `routeToken ${name}`,
    expected: 'a route token',
    read: async (client) => (await client.getex(routeTokenKey(name), 'PX', tokenTtlMs)) ?? undefined,
  };
}

/** An answer that is kept; undefined: there is none. */
export function keptPrediction({
  name,
  version,
  digest,
}: PredictionPlace): RedisAsk<KeptPrediction | undefined> {
  const key = predictionKey(name, version, digest);
  return {
    operation: 'readPrediction',
    id: key,
    expected: 'a prediction',
    async read(client) {
      const [text, leftMs] = await Promise.all([client.get(key), client.pttl(key)]);
      // It may expire between the two.
      return text === null || leftMs < 0 ? undefined : { leftMs, ...fromText(text) };
    },
  };
}

function fromText(text: string): Pick<KeptPrediction, 'computedAtMs' | 'outputs'> {
  const [, computedAtMs, outputs] = /^(\d+) (.*)$/s.exec(text) ?? [];
  if (computedAtMs === undefined || outputs === undefined) throw corrupt('a prediction', text.slice(0, 100));
  return { computedAtMs: Number(computedAtMs), outputs };
}

const toText = ({ computedAtMs, outputs }: Pick<KeptPrediction, 'computedAtMs' | 'outputs'>) =>
  `${computedAtMs} ${outputs}`;

/** Tokens of models: the one that is there, or the given one. Same order; null: it expired in that moment. */
export function takeRouteTokens(
  client: RedisClient,
  names: readonly ModelName[],
  fresh: string,
): Promise<(string | null)[]> {
  return Promise.all(
    names.map(async (name) => {
      const made = client.set(routeTokenKey(name), fresh, 'PX', tokenTtlMs, 'NX');
      const known = client.getex(routeTokenKey(name), 'PX', tokenTtlMs);
      await made;
      return known;
    }),
  );
}

/**
 * From now on nobody's route to the model is valid. Returns whether anybody may rely on one: the token is replaced and not
 * removed, or of two who drop it the second would not know of those that the first has not waited for.
 */
export async function dropRouteToken(client: RedisClient, name: ModelName): Promise<boolean> {
  return (await client.set(routeTokenKey(name), randomUUID(), 'PX', tokenTtlMs, 'XX')) !== null;
}

/** Leaves a token that nobody needs, such as that of a model that is not there, only for a moment. */
export async function leaveRouteToken(client: RedisClient, name: ModelName): Promise<void> {
  await client.pexpire(routeTokenKey(name), unusedTokenMs);
}

/** What came of asking to be the one who computes an answer. */
export type Turn = { readonly taken: boolean; readonly kept: KeptPrediction | undefined };

/** Asks to compute an answer, under a fence of one's own; for at most `forMs`. */
export async function takeTurn(
  client: RedisClient,
  place: PredictionPlace,
  { fence, forMs }: { fence: string; forMs: number },
): Promise<Turn> {
  const [taken, kept] = await Promise.all([
    client.set(predictionLockKey(place.name, place.version, place.digest), fence, 'PX', forMs, 'NX'),
    // It may have been computed since one looked.
    keptPrediction(place).read(client),
  ]);
  return { taken: taken === 'OK', kept };
}

const ifHeld = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end redis.call('del', KEYS[1])`;
const keepScript = `${ifHeld} redis.call('set', KEYS[2], ARGV[2], 'PX', ARGV[3]) return 1`;
const giveUpScript = `${ifHeld} return 1`;

/** Keeps an answer, and ends the turn. False, and nothing is kept: the turn was over, and is perhaps another's. */
export async function keepPrediction(
  client: RedisClient,
  place: PredictionPlace,
  fence: string,
  { leftMs, ...answer }: KeptPrediction,
): Promise<boolean> {
  const { name, version, digest } = place;
  const keys = [predictionLockKey(name, version, digest), predictionKey(name, version, digest)];
  return (await client.eval(keepScript, 2, ...keys, fence, toText(answer), leftMs)) === 1;
}

/** Keeps an answer, whatever is kept there. */
export async function replacePrediction(
  client: RedisClient,
  { name, version, digest }: PredictionPlace,
  { leftMs, ...answer }: KeptPrediction,
): Promise<void> {
  await client.set(predictionKey(name, version, digest), toText(answer), 'PX', leftMs);
}

/** Ends a turn without an answer: the next may try. */
export async function giveUpTurn(client: RedisClient, place: PredictionPlace, fence: string): Promise<void> {
  await client.eval(giveUpScript, 1, predictionLockKey(place.name, place.version, place.digest), fence);
}

/** What a model answered last for a subject. */
export interface LastPrediction extends KeptPrediction {
  readonly version: number;
  /** RFC 3339: the model that answered was registered then; one registered later under its name is another. */
  readonly modelCreatedAt: string;
}

/** What a model answered last for a subject; undefined: nothing, or nothing that may still be given. */
export function lastPrediction(name: ModelName, subject: string): RedisAsk<LastPrediction | undefined> {
  const key = lastPredictionKey(name, subject);
  return {
    operation: 'readLastPrediction',
    id: key,
    expected: 'a prediction',
    async read(client) {
      const [text, leftMs] = await Promise.all([client.get(key), client.pttl(key)]);
      if (text === null || leftMs < 0) return undefined;
      const [, version, modelCreatedAt, rest] = /^(\d+) (\S+) (.*)$/s.exec(text) ?? [];
      if (version === undefined || modelCreatedAt === undefined || rest === undefined)
        throw corrupt('a prediction', text.slice(0, 100));
      return { version: Number(version), modelCreatedAt, leftMs, ...fromText(rest) };
    },
  };
}

/** The text of `mg:last`, for whoever counts predictions. */
export const lastPredictionText = ({ version, modelCreatedAt, ...answer }: LastPrediction) =>
  `${version} ${modelCreatedAt} ${toText(answer)}`;
