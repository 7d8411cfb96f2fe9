import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let sql: postgres.Sql;
let all: string[];
beforeAll(async () => {
  gateway = await openTestGateway();
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  all = (await sql`select name from models order by name`).map(({ name }) => name);
});
afterAll(async () => {
  await sql.end();
  await gateway.close();
});

const pageQuery = `query ($first: Int, $last: Int, $after: String, $before: String, $orderBy: ModelOrder, $filter: ModelFilter) {
  models(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy, filter: $filter) {
    nodes { name }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Page {
  names: string[];
  cursors: string[];
  info: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

async function page(variables: Record<string, unknown>): Promise<Page> {
  const { data, errors } = await gateway.query(pageQuery, variables);
  expect(errors).toBeUndefined();
  const { nodes, edges, pageInfo } = data.models;
  return {
    names: nodes.map(({ name }: { name: string }) => name),
    cursors: edges.map(({ cursor }: { cursor: string }) => cursor),
    info: pageInfo,
  };
}

async function walk(size: number, variables: Record<string, unknown>, backwards: boolean): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const turned: Page = await page({
      ...variables,
      ...(backwards ? { last: size, before: cursor } : { first: size, after: cursor }),
    });
    if (backwards) names.unshift(...turned.names);
    else names.push(...turned.names);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = turned.info;
    if (backwards ? !hasPreviousPage : !hasNextPage) return names;
    cursor = backwards ? startCursor : endCursor;
  }
}

describe('turning pages', () => {
  const orders = ['NAME', 'CREATED_AT', 'UPDATED_AT'].flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => ({ field, direction })),
  );

  it.each(orders)('shows every model once, forwards and backwards, by $field $direction', async (orderBy) => {
    const forwards = await walk(13, { orderBy }, false);
    expect([...forwards].sort()).toEqual(all);
    expect(await walk(17, { orderBy }, true)).toEqual(forwards);
  });

  it('shows every model once though many were registered in the same microsecond', async () => {
    await sql`update models set updated_at = '2026-01-01T00:00:00.123456Z' where name > ${String(all[9])}`;
    const orderBy = { field: 'UPDATED_AT', direction: 'DESC' };
    expect([...(await walk(7, { orderBy }, false))].sort()).toEqual(all);
  });

  it('tells apart moments that differ in the last microsecond', async () => {
    await sql`update models set created_at = '2026-01-01T00:00:00Z'::timestamptz + make_interval(secs => random() / 1000)`;
    const orderBy = { field: 'CREATED_AT', direction: 'ASC' };
    const expected = (await sql`select name from models order by created_at, name`).map(({ name }) => name);
    expect(await walk(3, { orderBy }, false)).toEqual(expected);
  });

  it('says what lies beyond each end', async () => {
    const first = await page({ first: 100 });
    expect(first.info).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.cursors[0],
      endCursor: first.cursors[99],
    });
    const second = await page({ first: 100, after: first.info.endCursor });
    expect(second.names).toEqual(all.slice(100));
    expect(second.info).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const between = await page({ first: 100, after: first.cursors[3], before: first.cursors[7] });
    expect(between.names).toEqual(all.slice(4, 7));
    const empty = await page({ first: 5, filter: { name: { eq: 'nobody' } } });
    expect(empty).toMatchObject({
      names: [],
      info: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('is refused with a cursor of another order, filter or list', async () => {
    const { cursors } = await page({ first: 1 });
    for (const changed of [
      { orderBy: { field: 'NAME', direction: 'DESC' } },
      { filter: { name: { startsWith: 'seed' } } },
    ]) {
      const { errors } = await gateway.query(pageQuery, { first: 1, after: cursors[0], ...changed });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['after'] });
    }
    const { errors } = await gateway.query(
      `{ trainingRuns(first: 1, after: "${cursors[0]}") { nodes { id } } }`,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
