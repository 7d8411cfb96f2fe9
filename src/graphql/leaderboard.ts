import { badUserInput } from '../errors.ts';
import type { BoardEntry, BoardPage, BoardPlace } from '../stores/redis/boards.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { checkKeyName } from './key-names.ts';
import { maxPageSize } from './page.ts';
import { fromRedis, gatewaySource, redisSource } from './provenance.ts';
import { ModelInfoRef } from './refs.ts';

interface Leaderboard extends BoardPage {
  readonly board: string;
  readonly entries: readonly (BoardEntry & { readonly cursor: string })[];
  readonly isFirst: boolean;
}

const LeaderboardEntryType = builder.objectRef<Leaderboard['entries'][number]>('LeaderboardEntry').implement({
  description: 'A model on a board.',
  extensions: redisSource,
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      nullable: false,
      description: 'Where this entry stands: give it as `after`. Good even when the entry has moved since.',
      extensions: gatewaySource,
    }),
    rank: t.exposeInt('rank', {
      nullable: false,
      description:
        'Its place, from 1 for the highest score. No two have the same: of equal scores the later name comes first, in the order of their UTF-8 bytes.',
    }),
    score: t.exposeFloat('score', { nullable: false, description: 'Its score.' }),
    model: t.expose('name', { type: ModelInfoRef, nullable: false, description: 'The model.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When this score was last written; null for one that came with a seed.',
    }),
  }),
});

export const LeaderboardType = builder.objectRef<Leaderboard>('Leaderboard').implement({
  description: 'A part of a board, read in one moment.',
  extensions: redisSource,
  fields: (t) => ({
    board: t.exposeString('board', { nullable: false, description: 'The board: usually a metric.' }),
    entries: t.expose('entries', {
      type: [LeaderboardEntryType],
      nullable: { list: false, items: false },
      description: 'The models of this part, the highest score first.',
    }),
    size: t.exposeInt('size', { nullable: false, description: 'How many models are on the whole board.' }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      nullable: false,
      description: 'Whether the board goes on, and where.',
      resolve: ({ entries, hasMore, isFirst }) => ({
        hasNextPage: hasMore,
        hasPreviousPage: !isFirst,
        startCursor: entries[0]?.cursor ?? null,
        endCursor: entries.at(-1)?.cursor ?? null,
      }),
    }),
    rebuiltAt: t.expose('rebuiltAt', {
      type: 'DateTime',
      description: 'When rebuildLeaderboard last made it from the registry; null when it never did.',
    }),
  }),
});

builder.queryField('leaderboard', (t) =>
  t.field({
    type: LeaderboardType,
    description:
      'Models by their score on a board, the highest first. While scores change, pages neither repeat nor skip an entry that kept its own. A board that nobody wrote to is empty.',
    extensions: fromRedis,
    args: {
      board: t.arg.string({
        required: true,
        defaultValue: 'accuracy',
        description: 'The board: usually a metric.',
      }),
      first: t.arg.int({ required: true, defaultValue: 10, description: 'How many entries: 1 to 100.' }),
      after: t.arg.string({ description: 'A cursor of this very board; the page begins behind it.' }),
    },
    resolve: (_, { board, first, after }, context) =>
      resolveLeaderboard(checkKeyName('board', board, ['board']), first, after, context),
  }),
);

/** A part of a board. Fails with BAD_USER_INPUT naming the argument. */
export async function resolveLeaderboard(
  board: string,
  first: number,
  after: string | null | undefined,
  { loaders, cursors }: GraphQLContext,
): Promise<Leaderboard> {
  if (first < 1 || first > maxPageSize)
    throw badUserInput(['first'], `"first" is ${first}, but a page has 1 to ${maxPageSize} entries.`);
  const list = `leaderboard ${board}`;
  const place = after == null ? undefined : toPlace(cursors.decode(list, after, ['after']));
  const { entries, ...page } = await loaders.leaderboards.page(board, first, place);
  const withCursors = entries.map((entry) => ({
    ...entry,
    // Signed only when the query shows it.
    get cursor() {
      return cursors.encode(list, [String(entry.score), entry.name]);
    },
  }));
  return { ...page, board, entries: withCursors, isFirst: place === undefined };
}

const toPlace = ([score = '', name = '']: readonly string[]): BoardPlace => ({ score: Number(score), name });
