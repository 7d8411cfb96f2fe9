import { describe, expect, it } from 'vitest';
import { ConfigError, digestOf, type Environment, readConfig } from '../../src/config.ts';

const urls = {
  DATABASE_URL: 'postgres://user:s3cret@db:5432/registry',
  MONGODB_URI: 'mongodb://user:s3cret@a:27017,b:27017/configs?replicaSet=rs0',
  REDIS_URL: 'rediss://:s3cret@cache:6379',
};

const faultsOf = (environment: Environment): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('the environment', () => {
  it('needs nothing but the three URLs', () => {
    expect(readConfig(urls)).toMatchObject({ port: 4000, host: '127.0.0.1', postgres: { deadlineMs: 2000 } });
  });

  it('is told of every fault at once, each with its remedy', () => {
    const message = faultsOf({
      ...urls,
      PORT: 'http',
      POSTGRES_DEADLINE_MS: '0',
      LOG_LEVEL: 'loud',
      REDIS_URL: '',
    });
    expect(message).toMatch(/^The environment has 4 faults:/);
    expect(message).toContain('PORT: give a port, a whole number from 0 (any free one) to 65535.');
    expect(message).toContain('POSTGRES_DEADLINE_MS: give a whole number from 10 to 60000.');
    expect(message).toContain('LOG_LEVEL: give one of trace, debug, info, warn, error, fatal, silent.');
    expect(message).toContain('REDIS_URL: not set; give the Redis URL, such as');
  });

  it('never shows a password in a fault', () => {
    const message = faultsOf({ ...urls, DATABASE_URL: 'mysql://user:s3cret@db/x', MONGODB_URI: 's3cret' });
    expect(message).toContain('DATABASE_URL: give a URL such as postgres://');
    expect(message).not.toContain('s3cret');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ ...urls, PORT: '' }).port).toBe(4000);
  });

  it.each(['1e3', ' 4000 ', '4000.5', '-1', '65536', '0x10'])('does not take %j for a port', (PORT) => {
    expect(faultsOf({ ...urls, PORT })).toContain('PORT: give a port');
  });

  it('takes origins for browsers of other hosts, and refuses what is none', () => {
    expect(
      readConfig({ ...urls, CORS_ORIGINS: 'https://a.example, http://localhost:5173' }).corsOrigins,
    ).toEqual(['https://a.example', 'http://localhost:5173']);
    expect(faultsOf({ ...urls, CORS_ORIGINS: 'a.example' })).toContain('CORS_ORIGINS');
  });

  it('lets no server be asked for predictions unless it is named', () => {
    expect(readConfig(urls).inference).toEqual({
      ...{ onnxDirectory: undefined, endpoints: [], deadlineMs: 5000, maxConcurrent: 64 },
    });
    const INFERENCE_ENDPOINTS = 'https://inference.example.com, http://10.0.0.5:8080/models/';
    expect(readConfig({ ...urls, INFERENCE_ENDPOINTS }).inference.endpoints).toEqual([
      'https://inference.example.com',
      'http://10.0.0.5:8080/models/',
    ]);
  });

  it.each([
    'inference.example.com',
    'ftp://a',
    'https://user:s3cret@a',
    'https://a/?b',
    'https://a/#b',
    'https://a/%2f',
    'https://a,',
    'https://',
  ])('does not take %j for servers of predictions', (INFERENCE_ENDPOINTS) => {
    const message = faultsOf({ ...urls, INFERENCE_ENDPOINTS });
    expect(message).toContain('give origins or URL prefixes such as https://inference.example.com');
    expect(message).not.toContain('s3cret');
  });

  it('sets no limit and trusts no proxy by default', () => {
    expect(readConfig(urls)).toMatchObject({
      ...{ apiKeys: [], trustedProxies: 0, limits: { caller: null, subject: null } },
    });
    expect(
      readConfig({
        ...urls,
        RATE_LIMIT_POINTS: '600',
        SUBJECT_LIMIT_POINTS: '5',
        SUBJECT_LIMIT_WINDOW_SECONDS: '1',
      }).limits,
    ).toEqual({ caller: { points: 600, windowSeconds: 60 }, subject: { points: 5, windowSeconds: 1 } });
  });

  it('keeps of an API key its name and digest alone', () => {
    const config = readConfig({ ...urls, API_KEYS: 'ci:0123456789abcdef, b.o-b@x:another:key=of/16+' });
    expect(config.apiKeys).toEqual([
      { name: 'ci', digest: digestOf('0123456789abcdef') },
      { name: 'b.o-b@x', digest: digestOf('another:key=of/16+') },
    ]);
    expect(JSON.stringify(config)).not.toContain('0123456789abcdef');
  });

  it.each(['ci', 'ci:short', ':0123456789abcdef', 'ci:0123456789 abcdef', 'ci:0123456789abcdef,'])(
    'does not take %j for API keys, and shows none',
    (API_KEYS) => {
      const message = faultsOf({ ...urls, API_KEYS });
      expect(message).toMatch(/API_KEYS\.\d: give name:key pairs/);
      expect(message).not.toContain('0123456789');
    },
  );

  it('does not take a key twice, but two keys of one name', () => {
    const key = '0123456789abcdef';
    expect(faultsOf({ ...urls, API_KEYS: `a:${key},b:${key}` })).toContain('API_KEYS: give every key once');
    expect(readConfig({ ...urls, API_KEYS: `a:${key},a:${key}0` }).apiKeys).toHaveLength(2);
  });

  it.each([
    ['2', 2],
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, fd00::/8,::1', ['10.0.0.0/8', 'fd00::/8', '::1']],
  ])('takes %j for proxies', (TRUSTED_PROXIES, proxies) => {
    expect(readConfig({ ...urls, TRUSTED_PROXIES }).trustedProxies).toEqual(proxies);
  });

  it.each([
    '10',
    '-1',
    'proxy',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.1,',
    'fe80::1/129',
    '10.0.0',
  ])('does not take %j for proxies', (TRUSTED_PROXIES) => {
    expect(faultsOf({ ...urls, TRUSTED_PROXIES })).toContain('TRUSTED_PROXIES: give how many proxies');
  });
});
