import { describe, expect, it } from 'vitest';
import { inBench, whatItIs as whatMongoIs } from '../../bench/stores/mongo/bench.ts';
import { whatItIs as whatRedisIs } from '../../bench/stores/redis/bench.ts';
import { parseRows, parseSizes } from '../../bench/stores/rows.ts';

describe('which engine a store really is', () => {
  it('is what it says of itself: our own MongoDB and FerretDB are none, whatever their version number', () => {
    expect(whatMongoIs({ version: '7.0.14', modules: [] })).toEqual({
      name: 'MongoDB 7.0.14',
      standIn: false,
    });
    expect(whatMongoIs({ version: '7.0.0', modules: ['modelgraph'] })).toMatchObject({ standIn: true });
    expect(whatMongoIs({ version: '7.0.42', ferretdb: { version: 'v2' } })).toMatchObject({ standIn: true });
  });

  it('is no Redis when it goes by another name', () => {
    expect(whatRedisIs('# Server\r\nredis_version:7.0.15\r\n')).toEqual({
      name: 'Redis 7.0.15',
      standIn: false,
    });
    expect(whatRedisIs('redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n')).toEqual({
      name: 'valkey 8.0.1',
      standIn: true,
    });
  });
});

describe('the URI of the comparison’s own database', () => {
  it('has the same servers and options, and logs in where it did before', () => {
    expect(inBench('mongodb://127.0.0.1:27017/modelgraph?directConnection=true')).toBe(
      'mongodb://127.0.0.1:27017/modelgraph_bench?directConnection=true',
    );
    expect(inBench('mongodb://me:secret@a:1,b:2/people')).toBe(
      'mongodb://me:secret@a:1,b:2/modelgraph_bench?authSource=people',
    );
    expect(inBench('mongodb+srv://me:secret@cluster')).toBe(
      'mongodb+srv://me:secret@cluster/modelgraph_bench?authSource=admin',
    );
    expect(inBench('mongodb://me:secret@a/people?authSource=admin')).toBe(
      'mongodb://me:secret@a/modelgraph_bench?authSource=admin',
    );
  });
});

describe('rows and sizes asked for', () => {
  it('come in the order of the report, each once', () => {
    expect(parseRows('range, read').map(({ id }) => id)).toEqual(['read', 'range']);
    expect(parseRows(undefined)).toHaveLength(6);
    expect(parseSizes('100000,1000,1000')).toEqual([1_000, 100_000]);
  });

  it('are refused in one sentence with the known ones', () => {
    expect(() => parseRows('read,joins')).toThrow(
      'There is no row "joins"; the rows are read, write, complex, batch-read, batch-write, range.',
    );
    expect(() => parseSizes('12')).toThrow('There is no size "12"; the sizes are 200, 1000, 100000.');
  });
});
