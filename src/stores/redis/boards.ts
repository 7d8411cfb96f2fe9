import { isModelName, type ModelName } from '../../model-name.ts';
import { corrupt, type RedisAsk } from './ask.ts';
import { boardKey, boardTimesKey } from './keys.ts';
import { defineScript } from './script.ts';

/** A model's place on a board. */
export interface BoardEntry {
  /** From 1; equal scores have different ranks, the later name in byte order being the better one. */
  readonly rank: number;
  readonly score: number;
  readonly name: ModelName;
  /** When the score was last written, RFC 3339; null where nobody wrote that down. */
  readonly updatedAt: string | null;
}

export interface BoardPage {
  readonly entries: readonly BoardEntry[];
  /** How many entries the whole board has. */
  readonly size: number;
  /** Whether the board goes on behind these. */
  readonly hasMore: boolean;
  /** When it was last rebuilt from the registry, RFC 3339; null: never. */
  readonly rebuiltAt: string | null;
}

/** Where a page begins: behind this score and name, whether the entry still is there or not. */
export interface BoardPlace {
  readonly score: number;
  readonly name: string;
}

const expected = 'scores of models';

/** A page of a board, the highest score first, read in one moment. An unknown board is an empty one. */
export function boardPage(board: string, first: number, after: BoardPlace | undefined): RedisAsk<BoardPage> {
  return {
    operation: 'readBoard',
    id: `board ${JSON.stringify([board, first, after])}`,
    expected,
    async read(client) {
      const place = after ? [String(after.score), after.name] : [];
      const reply = await readPage(client, boardKey(board), boardTimesKey(board), first + 1, ...place);
      return toPage(reply as PageReply, first);
    },
  };
}

/** How many models are on a board. */
export function boardSize(board: string): RedisAsk<number> {
  return {
    operation: 'countBoard',
    id: `boardSize ${board}`,
    expected,
    read: (client) => client.zcard(boardKey(board)),
  };
}

/** How many entries precede the page, how many there are, of each: name, score, time or empty text; when rebuilt, likewise. */
type PageReply = [start: number, size: number, rows: string[], rebuiltAt: string];

function toPage([start, size, rows, rebuiltAt]: PageReply, first: number): BoardPage {
  const all = Array.from({ length: rows.length / 3 }, (_, n): BoardEntry => {
    const [name = '', score = '', updatedAt] = rows.slice(3 * n, 3 * n + 3);
    if (!isModelName(name) || !Number.isFinite(Number(score))) throw corrupt(expected, [name, score]);
    return { rank: start + n + 1, score: Number(score), name, updatedAt: updatedAt || null };
  });
  return { entries: all.slice(0, first), size, hasMore: all.length > first, rebuiltAt: rebuiltAt || null };
}

// Where the entry of the cursor has moved or gone, the place where it stood is sought by halves: Redis can seek by score
// alone. Lua's own < would follow the locale of the server; sorted sets follow the bytes. ioredis-mock takes a table for an
// array only when it was made at once, hence the unpack, and cuts the limits of ZCOUNT down to whole numbers.
const readPage = defineScript(
  'modelgraphReadBoard',
  2,
  `local board, times, count, score, name = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2], ARGV[3]
  local function precedes(a, b)
    for n = 1, math.min(#a, #b) do
      local x, y = string.byte(a, n), string.byte(b, n)
      if x ~= y then return x < y end
    end
    return #a < #b
  end
  local start = 0
  if score then
    local own = redis.call('ZSCORE', board, name)
    if own and tonumber(own) == tonumber(score) then
      start = redis.call('ZREVRANK', board, name) + 1
    else
      local last = redis.call('ZCARD', board)
      while start < last do
        local middle = math.floor((start + last) / 2)
        local there = redis.call('ZREVRANGE', board, middle, middle, 'WITHSCORES')
        local theirs, ours = tonumber(there[2]), tonumber(score)
        if theirs < ours or theirs == ours and precedes(there[1], name) then
          last = middle
        else
          start = middle + 1
        end
      end
    end
  end
  local page = redis.call('ZREVRANGE', board, start, start + count - 1, 'WITHSCORES')
  local rows = {}
  for n = 1, #page, 2 do
    rows[#rows + 1] = page[n]
    rows[#rows + 1] = tostring(page[n + 1])
    rows[#rows + 1] = redis.call('HGET', times, page[n]) or ''
  end
  return { start, redis.call('ZCARD', board), { unpack(rows) }, redis.call('HGET', times, '') or '' }`,
);
