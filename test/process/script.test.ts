import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModelGraph } from '../../src/modelgraph.ts';
import { openTestStores } from '../support/test-stores.ts';

const example = 'test/process/register-config.mjs';

let stores: Awaited<ReturnType<typeof openTestStores>>;
let environment: Record<string, string>;
beforeAll(async () => {
  stores = await openTestStores();
  environment = {
    DATABASE_URL: stores.postgres.url,
    MONGODB_URI: stores.mongo.url,
    // Redis in process cannot be joined; a script that does not need Redis does without.
    REDIS_URL: stores.redis.url ?? 'redis://127.0.0.1:1',
  };
});
afterAll(() => stores.close());

describe('the example of a script', () => {
  it('runs as it stands, and ends by itself', async () => {
    // The package by its own name, from its source: it need not be built first.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', example],
      { env: { ...process.env, ...environment } },
    );
    expect(stdout).toBe("64\n2 { accuracy: 0.93, inference_latency_ms: 4.2, 'loss.final': 'NaN' }\n");
  });

  it('is the one in the README', () => {
    const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
      ([, code]) => code,
    );
    for (const code of blocks.filter((block) => block?.includes('openModelGraph')))
      expect(code).toBe(readFileSync(example, 'utf8'));
  });
});

describe('a script', () => {
  it('writes and reads what HTTP has no numbers for, to the digit', async () => {
    const modelgraph = await openModelGraph(environment, { actor: 'ana' });
    const document = { zero: -0, seed: 9007199254740993n, nan: Number.NaN };
    const { config } = await modelgraph.putModelConfig({ modelName: 'script', document });
    expect(config).toMatchObject({
      revision: 1,
      document: { zero: -0, seed: '9007199254740993', nan: 'NaN' },
    });
    const { data, errors } = await modelgraph.query(
      'query ($name: String!) { model(by: { name: $name }) { config { document(paths: ["/zero"]) } } }',
      { name: 'script' },
    );
    expect(errors).toBeUndefined();
    expect(data?.model).toMatchObject({ config: { document: { zero: -0 } } });
    await modelgraph.close();
  });

  it('is stopped by what was refused, with the reason, and by a store that is down', async () => {
    const modelgraph = await openModelGraph(environment);
    const put = (input: object) =>
      modelgraph.putModelConfig({ modelName: 'refused', document: {}, ...input });
    await put({});
    await expect(put({ expectedRevision: 0 })).rejects.toMatchObject({
      message: 'The configuration of "refused" is at revision 1, not at 0.',
      problem: { problem: 'ConflictError', current: { revision: 1 } },
    });
    await expect(put({ document: { at: new Date() }, paths: ['x'] })).rejects.toMatchObject({
      problem: {
        issues: [
          { path: ['document', 'at'], message: 'is no JSON value' },
          { path: ['paths', '0'], message: expect.stringContaining('JSON Pointer') },
        ],
      },
    });
    await modelgraph.close();
    const down = await openModelGraph({ ...environment, MONGODB_URI: 'mongodb://127.0.0.1:1/none' });
    await expect(down.putModelConfig({ modelName: 'refused', document: {} })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      store: 'MONGODB',
    });
    await down.close();
  });

  it('gives back only the parts of a document that it asks for', async () => {
    const modelgraph = await openModelGraph(environment);
    const { config } = await modelgraph.putModelConfig({
      modelName: 'parts',
      document: { a: { b: 1 }, huge: 'x'.repeat(1_000) },
      paths: ['/a/b'],
    });
    expect(config.document).toEqual({ a: { b: 1 } });
    await modelgraph.close();
  });
});
