import fc from 'fast-check';
import { type Collection, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigFacets } from '../../src/stores/mongo/config-facets.ts';
import type { ConfigAtRest } from '../../src/stores/mongo/configs.ts';
import type { FacetsAsk } from '../../src/stores/mongo/facet-pipeline.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import { mongoEngines } from '../support/engines.ts';

const number = fc.oneof(
  fc.constantFrom(0, -0, 1, 2, 1 + Number.EPSILON, 1 - Number.EPSILON / 2, 0.1, 1e308, -1e308, 5e-324),
  fc.integer({ min: -20, max: 20 }),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const scalar = fc.oneof(number, fc.constantFrom('a', 'b', '', null, true, Number.NaN, Infinity));
const held = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.constant({ deep: 1 }), fc.constant([1, 2])), { maxLength: 4 }),
  fc.constant({ deep: 1 }),
  fc.constant(undefined),
);
const all = { documents: true, missing: true, values: 100, numbers: true, histogram: true } as const;

describe.each(mongoEngines)('facets of configurations on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openMongoStore>;
  let client: MongoClient;
  let configs: Collection<ConfigAtRest>;
  const commands: string[] = [];
  beforeAll(async () => {
    engine = await open();
    client = await new MongoClient(engine.url, { monitorCommands: true, ignoreUndefined: true }).connect();
    client.on('commandStarted', ({ command }) => {
      if (command.comment === 'readConfigFacets') commands.push(JSON.stringify(command.pipeline));
    });
    store = openMongoStore({ url: engine.url, poolMax: 4, deadlineMs: 5_000 }, 3);
    await store.prepare();
    configs = client.db().collection('model_configs');
  });
  afterAll(async () => {
    await client.db().dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });

  const hold = async (values: readonly unknown[]) => {
    await store.bulk.clear();
    const envelope = { framework: null, schemaVersion: 1, revision: 1, updatedAt: new Date() };
    await store.bulk.write(
      values.map((v, n) => ({
        ...{ _id: `head:m${n}`, kind: 'HEAD' as const, modelName: `m${n}`, ...envelope },
        document: { list: [{ v: null }, v === undefined ? {} : { v }], ...(v !== undefined && { v }) },
      })),
    );
  };
  const facets = async (parts: FacetsAsk['parts'], pointer: readonly string[], filter = {}) => {
    const signal = new AbortController().signal;
    const [found] = await readConfigFacets(configs, [{ filter, pointer, parts }], signal, 5_000);
    return found as NonNullable<typeof found>;
  };

  it('are what one counts by hand, through an index or not, and buckets hold what is between their borders', {
    timeout: 60_000,
  }, async () => {
    const isValue = (value: unknown) => value === null || typeof value !== 'object';
    const run = fc.asyncProperty(fc.array(held, { maxLength: 12 }), async (values) => {
      await hold(values);
      for (const [pointer, filter] of [
        [['v'], {}],
        [['v'], { name: { startsWith: 'm' } }],
        [['list', '1', 'v'], {}],
      ] as const) {
        const { documents, missing, values: found, numbers } = await facets(all, pointer, filter);
        expect(documents).toBe(values.length);
        expect(missing).toBe(
          values.filter((v) => v === undefined || (Array.isArray(v) && v.length === 0)).length,
        );
        const members = values.flat().filter((v) => v !== undefined && isValue(v));
        const counts = new Map<unknown, number>();
        for (const member of members) {
          // JSON has no NaN.
          const shown = typeof member === 'number' && !Number.isFinite(member) ? String(member) : member;
          counts.set(shown, (counts.get(shown) ?? 0) + 1);
        }
        expect(new Map(found.map(({ value, count }) => [value, count]))).toEqual(counts);
        expect(found.map(({ count }) => count)).toEqual([...counts.values()].sort((a, b) => b - a));
        const finite = members.filter((v): v is number => Number.isFinite(v)).sort((a, b) => a - b);
        // Of 0 and -0, which are equal, either may be the least.
        const ends = numbers && { count: numbers.count, min: numbers.min + 0, max: numbers.max + 0 };
        const [min = 0, max = 0] = [finite[0], finite.at(-1)];
        expect(ends).toEqual(finite.length > 0 ? { count: finite.length, min: min + 0, max: max + 0 } : null);
        for (const [n, { from, to, count }] of (numbers?.histogram ?? []).entries()) {
          const isLast = n === (numbers?.histogram.length ?? 0) - 1;
          expect(count).toBe(finite.filter((v) => v >= from && (isLast ? v <= to : v < to)).length);
        }
        const counted = (numbers?.histogram ?? []).reduce((total, { count }) => total + count, 0);
        expect(counted).toBe(finite.length);
      }
    });
    await fc.assert(run, { numRuns: 60 });
  });

  it('cost nothing that was not asked for', async () => {
    await hold([1, 2, 'a']);
    const asked = async (parts: FacetsAsk['parts']) => {
      commands.length = 0;
      const found = await facets(parts, ['v']);
      return {
        found,
        commands: commands.map((pipeline) => pipeline.match(/"(missing|values|numbers|\$bucket)":/g)),
      };
    };
    expect(await asked({ documents: true })).toEqual({
      found: { documents: 3, missing: 0, values: [], numbers: null },
      commands: [null],
    });
    expect(await asked({ values: 1 })).toMatchObject({
      found: { values: [{ value: 1, count: 1 }] },
      commands: [['"values":']],
    });
    expect(await asked({ missing: true, numbers: true })).toMatchObject({
      found: { numbers: { count: 2, mean: 1.5, histogram: [] } },
      commands: [['"missing":', '"numbers":']],
    });
    expect(await asked({ numbers: true, histogram: true })).toMatchObject({
      commands: [['"numbers":'], ['"$bucket":']],
    });
    await hold([1, 1]);
    expect(await asked({ numbers: true, histogram: true })).toMatchObject({
      found: { numbers: { histogram: [{ from: 1, to: 1, count: 2 }] } },
      commands: [['"numbers":']],
    });
  });
});
