import { badUserInput } from '../errors.ts';
import type { PageRequest, PageRows } from '../stores/postgres/keyset.ts';
import type { GraphQLContext } from './context.ts';

/** The most rows that one page can have. */
export const maxPageSize = 100;

/** Relay's paging arguments. */
export interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
}

interface List<Row, Node> {
  /** Names the list with its owner, filter and order: cursors are good for it alone. */
  readonly list: string;
  readonly orderKey: (row: Row) => readonly string[];
  readonly load: (page: PageRequest) => Promise<PageRows<Row>>;
  readonly count: () => Promise<number>;
  readonly toNode: (row: Row) => Node;
}

/** Relay's arguments → one page. Fails with BAD_USER_INPUT naming the argument. */
export async function resolvePage<Row, Node>(
  args: PageArguments,
  { cursors }: GraphQLContext,
  list: List<Row, Node>,
) {
  const bound = (name: 'after' | 'before') => {
    const cursor = args[name];
    return cursor == null ? undefined : cursors.decode(list.list, cursor, [name]);
  };
  const page = { ...sizeOf(args), after: bound('after'), before: bound('before') };
  const { rows, hasMore } = await list.load(page);
  const edges = rows.map((row) => ({
    node: list.toNode(row),
    // Signed only when the query shows it.
    get cursor() {
      return cursors.encode(list.list, list.orderKey(row));
    },
  }));
  return {
    edges,
    count: list.count,
    pageInfo: {
      // Behind a bound there is at least the row that gave the cursor.
      hasNextPage: page.backwards ? page.before !== undefined : hasMore,
      hasPreviousPage: page.backwards ? hasMore : page.after !== undefined,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}

function sizeOf({ first, last }: PageArguments): { limit: number; backwards: boolean } {
  if (first != null && last != null) throw badUserInput(['last'], 'Give either "first" or "last", not both.');
  const [name, limit] = last == null ? ['first', first] : ['last', last];
  if (limit == null)
    throw badUserInput(['first'], `Say how many rows: give "first" or "last", 1 to ${maxPageSize}.`);
  if (limit < 1 || limit > maxPageSize) {
    throw badUserInput([name], `"${name}" is ${limit}, but a page has 1 to ${maxPageSize} rows.`);
  }
  return { limit, backwards: last != null };
}
