import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

describe('a bad environment', () => {
  it('ends start with every fault in one message, exit code 1 and no stack trace', async () => {
    const cli = runCli(['start'], {
      PORT: 'http',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:s3cret@db/x',
    });
    expect(await cli.exit()).toBe(1);
    expect(cli.output()).toBe(
      [
        'The environment has 5 faults:',
        '  PORT: give a port, a whole number from 0 (any free one) to 65535.',
        '  LOG_LEVEL: give one of trace, debug, info, warn, error, fatal, silent.',
        '  DATABASE_URL: give a URL such as postgres://user:password@host:5432/database.',
        '  MONGODB_URI: not set; give the MongoDB URI, such as mongodb://user:password@host:27017/database.',
        '  REDIS_URL: not set; give the Redis URL, such as redis://:password@host:6379.',
        '',
      ].join('\n'),
    );
  });

  it('ends dev before any store is started', async () => {
    const cli = runCli(['dev'], { PORT: '70000' });
    expect(await cli.exit()).toBe(1);
    expect(cli.output()).toBe(
      'The environment has a fault:\n  PORT: give a port, a whole number from 0 (any free one) to 65535.\n',
    );
  });

  it('refuses embedded stores in production', async () => {
    const cli = runCli(['dev'], { NODE_ENV: 'production' });
    expect(await cli.exit()).toBe(1);
    expect(cli.output()).toMatch(/DATABASE_URL: not set, and embedded stores are not for production/);
  });
});

describe('a port in use', () => {
  it('is told in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const cli = runCli(['dev'], { PORT: String(port) });
    expect(await cli.exit()).toBe(1);
    expect(cli.output().trim().split('\n').at(-1)).toBe(
      `Port ${port} is in use; stop what listens there, or set PORT to another (0 for any).`,
    );
    other.close();
  });
});

describe('the command line', () => {
  it('names what it knows when it is given something else', async () => {
    const cli = runCli(['devv']);
    expect(await cli.exit()).toBe(1);
    expect(cli.output()).toContain("unknown command 'devv'");
    const option = runCli(['seed', '--modles', '3']);
    expect(await option.exit()).toBe(1);
    expect(option.output()).toContain('Did you mean --models?');
  });
});
