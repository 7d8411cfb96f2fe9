import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

describe('what cannot be answered as asked', () => {
  it.each<[string, string[], RegExp]>([
    ['{ model(by: { name: "" }) { name } }', ['by', 'name'], /cannot be empty/],
    ['{ model(by: { name: "a{b}" }) { name } }', ['by', 'name'], /cannot hold/],
    ['{ model(by: { id: "zzz" }) { name } }', ['by', 'id'], /not the id of any object/],
    ['{ model(by: { id: "RGF0YXNldDox" }) { name } }', ['by', 'id'], /id of a Dataset, not of a model/],
    ['{ models { nodes { name } } }', ['first'], /give "first" or "last", 1 to 100/],
    ['{ models(first: 0) { nodes { name } } }', ['first'], /"first" is 0/],
    ['{ models(first: 101) { nodes { name } } }', ['first'], /"first" is 101/],
    ['{ models(last: -1) { nodes { name } } }', ['last'], /"last" is -1/],
    ['{ models(first: 1, last: 1) { nodes { name } } }', ['last'], /not both/],
    ['{ models(first: 1, after: "x") { nodes { name } } }', ['after'], /not of this list/],
    [
      '{ models(first: 1, filter: { name: { eq: "a\\u0000" } }) { nodes { name } } }',
      ['filter', 'name', 'eq'],
      /NUL/,
    ],
    [
      '{ models(first: 1, filter: { tags: [{ key: "a", value: { in: ["b", "c\\u0000"] } }] }) { nodes { name } } }',
      ['filter', 'tags', '0', 'value', 'in'],
      /NUL/,
    ],
    [
      `{ models(first: 1, filter: { name: { startsWith: "${'x'.repeat(1_001)}" } }) { nodes { name } } }`,
      ['filter', 'name', 'startsWith'],
      /1,000/,
    ],
    [
      `{ models(first: 1, filter: { name: { in: ${JSON.stringify(Array(101).fill('x'))} } }) { nodes { name } } }`,
      ['filter', 'name', 'in'],
      /at most 100/,
    ],
    [
      '{ trainingRuns(first: 1, filter: { status: [] }) { nodes { id } } }',
      ['filter', 'status'],
      /at least one/,
    ],
    ['{ dataset(name: "a\\u0000") { id } }', ['name'], /NUL/],
    ['{ datasets(first: 1, name: {}) { nodes { id } } }', ['name'], /at least one of eq/],
    ...Object.entries({
      '{ name: { in: [] } }': [['name', 'in'], /at least one text/],
      '{ name: { eq: null } }': [['name'], /at least one of eq, in/],
      '{ createdAt: {} }': [['createdAt'], /at least one of gte or lt/],
      '{ tags: [] }': [['tags'], /at least one condition/],
      '{ and: [] }': [['and'], /at least one filter/],
      '{ or: [] }': [['or'], /at least one filter/],
      '{ not: {} }': [['not'], /at least one condition/],
      '{ or: [{ name: { eq: "a" } }, { name: null }] }': [['or', '1'], /at least one condition/],
      '{ and: [{ not: { or: [{ framework: { in: [] } }] } }] }': [
        ['and', '0', 'not', 'or', '0', 'framework', 'in'],
        /at least one text/,
      ],
      '{ bestMetric: [] }': [['bestMetric'], /at least one condition/],
      '{ bestMetric: [{ key: "a", is: {} }] }': [['bestMetric', '0', 'is'], /at least one of eq, gt/],
      '{ bestMetric: [{ key: "", is: { eq: 1 } }] }': [['bestMetric', '0', 'key'], /1 to 200/],
      '{ config: [] }': [['config'], /at least one condition/],
      '{ config: [{ path: "/a" }] }': [['config', '0'], /at least one of exists/],
      '{ config: [{ path: "", exists: true }] }': [['config', '0', 'path'], /into the document/],
      '{ config: [{ path: "a", exists: true }] }': [['config', '0', 'path'], /must begin with/],
      '{ config: [{ path: "/a", string: {} }] }': [['config', '0', 'string'], /at least one of eq/],
      '{ config: [{ path: "/a", number: {} }] }': [['config', '0', 'number'], /at least one of eq, gt/],
      '{ not: { not: { not: { not: { not: { not: { name: { eq: "a" } } } } } } } }': [
        ['not', 'not', 'not', 'not', 'not', 'not'],
        /at most 5 levels/,
      ],
      [`{ or: [${'{ name: { eq: "a" } }, '.repeat(51)}] }`]: [['or', '50', 'name'], /at most 50 conditions/],
      [`{ tags: [${'{ key: "a" }, '.repeat(51)}] }`]: [['tags', '50'], /at most 50 conditions/],
    } satisfies Record<string, [string[], RegExp]>).map(
      ([filter, [path, message]]): [string, string[], RegExp] => [
        `{ models(first: 1, filter: ${filter}) { nodes { name } } }`,
        ['filter', ...path],
        message,
      ],
    ),
    ...Object.entries({
      '{ metrics: [] }': [['metrics'], /1 to 10/],
      '{ metrics: [{ key: "a", is: { gt: null } }] }': [['metrics', '0', 'is'], /at least one of eq, gt/],
      '{ createdAt: { gte: null } }': [['createdAt'], /at least one of gte or lt/],
    } satisfies Record<string, [string[], RegExp]>).map(
      ([filter, [path, message]]): [string, string[], RegExp] => [
        `{ trainingRuns(first: 1, filter: ${filter}) { nodes { id } } }`,
        ['filter', ...path],
        message,
      ],
    ),
    [`{ nodes(ids: ${JSON.stringify(Array(101).fill('TW9kZWxJbmZvOmE'))}) { id } }`, ['ids'], /at most 100/],
  ])('%s', async (query, argumentPath, message) => {
    const calls = await storeCallsOf(async () => {
      const { errors } = await gateway.query(query);
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.message).toMatch(message);
      expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argumentPath, retryable: false });
    });
    expect(calls).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    ['version(ref: { number: 0 }) { version }', ['ref', 'number'], /numbered from 1/],
    ['version(ref: { latest: false }) { version }', ['ref', 'latest'], /only be true/],
    ['config { value(path: "metrics/accuracy") }', ['path'], /must begin with "\/"/],
    ['config { document(paths: ["/a", "/~x"]) }', ['paths'], /"~" is written "~0"/],
    ['serving { leaderboardRank(board: "{x}") }', ['serving', 'leaderboardRank', 'board'], /A board’s name/],
    ['versions(first: 1000) { nodes { version } }', ['first'], /1 to 100/],
    [
      'versions(first: 1, filter: { alias: {} }) { nodes { version } }',
      ['filter', 'alias'],
      /at least one of eq/,
    ],
    ['versions(first: 1, filter: { tags: [] }) { nodes { version } }', ['filter', 'tags'], /1 to 10/],
    ['deployments { nodes { id } }', ['first'], /give "first" or "last"/],
  ])('of a model: %s', async (field, argumentPath, message) => {
    const { data, errors } = await gateway.query(
      `{ model(by: { name: "seed-model-0000001" }) { name ${field} } }`,
    );
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath });
    // One bad argument spoils its own field and nothing beside it.
    expect(data.model.name).toBe('seed-model-0000001');
  });

  it('is refused before anything runs when GraphQL itself forbids it', async () => {
    for (const query of [
      '{ model(by: { name: "a", id: "b" }) { name } }',
      '{ model(by: {}) { name } }',
      '{ models(first: 1, orderBy: { field: SIZE }) { nodes { name } } }',
      '{ trainingRuns(first: 1, filter: { createdAt: { gte: "yesterday" } }) { nodes { id } } }',
      '{ nothing }',
      '{',
    ]) {
      const { data, errors } = await gateway.query(query);
      expect(data).toBeUndefined();
      expect(errors?.length).toBeGreaterThan(0);
    }
  });
});

describe('hostile text', () => {
  it.each(["'; drop table models; --", '$1', '%', '_', '\\', '"', '\u202e', '$(id)', '{"$gt": ""}'])(
    'is only text: %j',
    async (text) => {
      for (const operator of ['eq', 'startsWith', 'contains']) {
        const { data, errors } = await gateway.query(
          `query ($text: String!) { models(first: 1, filter: { name: { ${operator}: $text } }) { totalCount } }`,
          { text },
        );
        expect(errors).toBeUndefined();
        expect(data.models.totalCount).toBe(0);
      }
    },
  );

  it('leaves everything as it was', async () => {
    const { data } = await gateway.query('{ models(first: 1) { totalCount } }');
    expect(data.models.totalCount).toBe(120);
  });
});
