import type { ModelName } from '../../model-name.ts';
import type { RedisClient } from './client.ts';
import { boardKey, boardSequencesKey, boardsKey, boardTimesKey } from './keys.ts';
import { defineScript } from './script.ts';

/** What a board must say of a model, after the event of that sequence. */
export interface BoardState {
  readonly board: string;
  readonly name: ModelName;
  /** 64 bits, as text. */
  readonly sequence: string;
  /** Null: it is not on the board. */
  readonly score: number | null;
}

/** Brings boards in line, but for what they know of a later sequence; harmless to repeat and to reorder. Rejects with the driver's error. */
export async function syncBoards(client: RedisClient, states: readonly BoardState[]): Promise<void> {
  if (states.length === 0) return;
  const byBoard = new Map<string, BoardState[]>();
  for (const state of states) byBoard.set(state.board, [...(byBoard.get(state.board) ?? []), state]);
  // First: a board that nobody knows of could not be purged.
  await client.sadd(boardsKey, ...byBoard.keys());
  const now = new Date().toISOString();
  await Promise.all(
    [...byBoard].map(([board, ofBoard]) =>
      syncBoard(
        client,
        boardKey(board),
        boardTimesKey(board),
        boardSequencesKey(board),
        now,
        ...ofBoard.flatMap(({ name, sequence, score }) => [
          name,
          sequence,
          score === null ? '' : String(score),
        ]),
      ),
    ),
  );
}

// Sequences have up to 64 bits and Lua's numbers 53, so they are compared as text: the longer is the greater.
const syncBoard = defineScript(
  'modelgraphSyncBoard',
  3,
  `local board, times, sequences, now = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
  local function later(a, b)
    if #a ~= #b then return #a > #b end
    for n = 1, #a do
      local x, y = string.byte(a, n), string.byte(b, n)
      if x ~= y then return x > y end
    end
    return false
  end
  for n = 2, #ARGV, 3 do
    local name, sequence, score = ARGV[n], ARGV[n + 1], ARGV[n + 2]
    local known = redis.call('HGET', sequences, name)
    if not known or not later(known, sequence) then
      local before = redis.call('ZSCORE', board, name)
      if score == '' then
        redis.call('ZREM', board, name)
        redis.call('HDEL', times, name)
      elseif not before or tonumber(before) ~= tonumber(score) then
        redis.call('ZADD', board, score, name)
        redis.call('HSET', times, name, now)
      end
      redis.call('HSET', sequences, name, sequence)
    end
  end`,
);

/** Notes that a board was made anew. Rejects with the driver's error. */
export async function noteRebuilt(client: RedisClient, board: string): Promise<void> {
  await client.hset(boardTimesKey(board), '', new Date().toISOString());
}

const scanCount = 1_000;

/** The models on a board, some at a time, each at least once; while it changes, those that stay. Rejects with the driver's error. */
export async function* boardMembers(client: RedisClient, board: string): AsyncGenerator<ModelName[]> {
  for await (const reply of client.zscanStream(boardKey(board), { count: scanCount }))
    yield (reply as string[]).filter((_, n) => n % 2 === 0) as ModelName[];
}

/** The names of all boards. Rejects with the driver's error. */
export const boardNames = (client: RedisClient): Promise<string[]> => client.smembers(boardsKey);
