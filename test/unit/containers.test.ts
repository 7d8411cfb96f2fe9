import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DCLinter } from 'dclint';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Environment, readConfig } from '../../src/config.ts';

interface Service {
  readonly image?: string;
  readonly build?: { context: string };
  readonly container_name: string;
  readonly command?: string[];
  readonly depends_on?: Record<string, { condition: string; required: boolean }>;
  readonly environment: Record<string, string>;
  readonly healthcheck: { test: string | string[] };
  readonly ports: string[];
  readonly restart: string;
  readonly stop_grace_period: string;
  readonly volumes?: string[];
}
interface Compose {
  readonly services: Record<'gateway' | 'mongodb' | 'postgres' | 'redis', Service>;
  readonly volumes: Record<string, unknown>;
}

const composeSource = readFileSync('docker-compose.yml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');
const example = readFileSync('.env.example', 'utf8');

// The parser of the linter, so that both read the same.
const { parse } = createRequire(createRequire(import.meta.url).resolve('dclint'))('yaml') as {
  parse(yaml: string, reviver: (key: unknown, value: unknown) => unknown): Compose;
};

/** The file as Compose takes it under an environment: `${NAME:-default}` filled in, `$$` a plain dollar. */
function compose(environment: Environment = {}): Compose {
  const fillIn = (text: string) =>
    text.replace(/\$\$|\$\{(\w+):-([^}]*)\}/g, (_, name?: string, otherwise?: string) =>
      name === undefined ? '$' : environment[name] || (otherwise ?? ''),
    );
  return parse(composeSource, (_, value) => (typeof value === 'string' ? fillIn(value) : value));
}

/** Names of all settings, from the schema in the source: the schema itself is nobody's but readConfig's. */
function settings(): string[] {
  const source = readFileSync('src/config.ts', 'utf8');
  const schema = source.slice(source.indexOf('const variables = '), source.indexOf('\n});'));
  return [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name ?? '').sort();
}

/** What the linter says, beginning with the rule; its types cannot be resolved, hence ours. */
function lint(source: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'docker-compose.yml');
  writeFileSync(file, source);
  const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
  const [result]: { messages: { rule: string; message: string }[] }[] = linter.lintFiles([file], false);
  return result?.messages.map(({ rule, message }) => `${rule}: ${message}`) ?? ['not linted'];
}

describe('docker compose up', () => {
  it('takes the file: it follows the Compose schema and the rules of the linter', () => {
    expect(lint(composeSource)).toEqual([]);
  });

  it.each([
    ['no list of ports', /ports:\n.+/, 'ports: 5', /^invalid-schema: .*\/services\/gateway\/ports/],
    ['an unknown key', 'healthcheck:', 'healthchek:', /^invalid-schema: .*\/services\/gateway/],
    ['an image of any version', 'redis:8.8', 'redis', /^service-image-require-explicit-tag: /],
  ])('would not take it with %s, and the check above sees that', (_, from, to, fault) => {
    expect(composeSource).toMatch(from);
    expect(lint(composeSource.replace(from, to))).toEqual([expect.stringMatching(fault)]);
  });

  it('starts the four containers by their names, and starts them again after a crash', () => {
    const services = Object.values(compose().services);
    const names = services.map(({ container_name }) => container_name).sort();
    expect(names).toEqual(['ml-gateway', 'ml-mongodb', 'ml-postgres', 'ml-redis']);
    for (const { restart } of services) expect(restart).toBe('unless-stopped');
  });

  it('brings PostgreSQL 18, MongoDB 8 and Redis 8, each at a known minor version', () => {
    const { gateway, postgres, mongodb, redis } = compose().services;
    expect(postgres.image).toMatch(/^postgres:18\.\d+$/);
    expect(mongodb.image).toMatch(/^mongo:8\.\d+$/);
    expect(redis.image).toMatch(/^redis:8\.\d+$/);
    expect(gateway.build).toEqual({ context: '.' });
  });

  it('tells for each container whether it is healthy; the gateway is when it is ready', () => {
    const { gateway, postgres, mongodb, redis } = compose().services;
    expect(gateway.healthcheck.test).toContainEqual(expect.stringContaining('/health/ready'));
    expect(postgres.healthcheck.test).toContain('pg_isready');
    expect(mongodb.healthcheck.test).toContain('mongosh');
    expect(redis.healthcheck.test).toContain('redis-cli ping');
  });

  it('starts the gateway after the stores, and also without one that does not come up', () => {
    const waits = { condition: 'service_healthy', required: false };
    expect(compose().services.gateway.depends_on).toEqual({ mongodb: waits, postgres: waits, redis: waits });
  });

  it('keeps what the stores hold when containers are replaced', () => {
    const { services, volumes } = compose();
    // The image for 18 refuses a volume at /var/lib/postgresql/data.
    expect(services.postgres.volumes).toEqual(['postgres-data:/var/lib/postgresql']);
    expect(services.mongodb.volumes).toContain('mongodb-data:/data/db');
    expect(services.redis.volumes).toEqual(['redis-data:/data']);
    expect(Object.keys(volumes)).toEqual(
      expect.arrayContaining(['postgres-data', 'mongodb-data', 'redis-data']),
    );
    expect(services.redis.command?.at(-1)).toContain('\nappendonly yes\n');
  });

  it('lets Redis evict only what expires anyway, within a bound', () => {
    const command = compose().services.redis.command?.at(-1);
    expect(command).toContain('\nmaxmemory-policy volatile-ttl\n');
    expect(command).toContain('\nmaxmemory 256mb\n');
    expect(compose({ REDIS_MAXMEMORY: '2gb' }).services.redis.command?.at(-1)).toContain('maxmemory 2gb\n');
  });

  it('is reachable from this machine only', () => {
    for (const { ports } of Object.values(compose().services)) {
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+:\d+$/)]);
    }
  });

  it('shows no password in the process list', () => {
    for (const { command, healthcheck } of Object.values(compose().services)) {
      expect(JSON.stringify([command, healthcheck])).not.toContain('mlpass123');
    }
  });

  it('warns that the passwords are for trying out only', () => {
    expect(composeSource.slice(0, composeSource.indexOf('\nname:'))).toContain('!!! FOR TRYING OUT ONLY !!!');
  });

  it('lets the gateway into the three stores with the defaults', () => {
    const { gateway, postgres, mongodb, redis } = compose().services;
    expect(gateway.environment).toMatchObject({
      DATABASE_URL: 'postgres://mluser:mlpass123@postgres:5432/ml_platform',
      MONGODB_URI: 'mongodb://mluser:mlpass123@mongodb:27017/ml_platform?authSource=admin',
      REDIS_URL: 'redis://:mlpass123@redis:6379',
    });
    expect(Object.values(postgres.environment)).toEqual(['mluser', 'mlpass123', 'ml_platform']);
    expect(Object.values(mongodb.environment)).toEqual(['mluser', 'mlpass123']);
    expect(redis.environment).toEqual({ REDISCLI_AUTH: 'mlpass123' });
  });

  it('gives a password of one’s own to the store and to the gateway alike', () => {
    const own = { POSTGRES_PASSWORD: 'own-pg', MONGODB_PASSWORD: 'own-mongo', REDIS_PASSWORD: 'own-redis' };
    const { gateway, postgres, mongodb, redis } = compose(own).services;
    expect(postgres.environment.POSTGRES_PASSWORD).toBe('own-pg');
    expect(mongodb.environment.MONGO_INITDB_ROOT_PASSWORD).toBe('own-mongo');
    expect(redis.environment.REDISCLI_AUTH).toBe('own-redis');
    expect(gateway.environment.DATABASE_URL).toContain('mluser:own-pg@');
    expect(gateway.environment.MONGODB_URI).toContain('mluser:own-mongo@');
    expect(gateway.environment.REDIS_URL).toContain(':own-redis@');
    expect(JSON.stringify(compose(own))).not.toContain('mlpass123');
  });

  it('gives the gateway settings that it knows, all of them, and that it accepts', () => {
    const { environment } = compose().services.gateway;
    expect(Object.keys(environment).sort()).toEqual(settings());
    expect(readConfig(environment)).toMatchObject({ host: '0.0.0.0', port: 4000, logLevel: 'info' });
    expect(readConfig(compose({ LOG_LEVEL: 'debug' }).services.gateway.environment).logLevel).toBe('debug');
  });

  it('lets requests under way finish before a container is killed', () => {
    const { environment, stop_grace_period } = compose().services.gateway;
    const killedAfterMs = Number(/^(\d+)s$/.exec(stop_grace_period)?.[1]) * 1_000;
    expect(killedAfterMs).toBeGreaterThan(readConfig(environment).shutdownGraceMs);
  });
});

describe('the image', () => {
  const [, ...stages] = dockerfile.split(/^FROM /m);
  const last = stages.at(-1) ?? '';

  it('carries what runs in production and nothing else', () => {
    const copied = [...last.matchAll(/^COPY (?:--from=\w+ )?(\S+) \S+$/gm)].map(([, from]) => from);
    expect(copied).toEqual(['/app/node_modules', 'package.json', 'schema', '/app/dist']);
    const dependencies = stages.find((stage) => / AS dependencies$/m.test(stage));
    expect(dependencies).toMatch(/^RUN npm ci --omit=dev$/m);
  });

  it('runs as a user without privileges, and gets SIGTERM itself', () => {
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^CMD \["node", "dist\/cli\.js", "start"\]$/m);
  });

  it('can be reached from outside of its container', () => {
    expect(last).toMatch(/^ENV NODE_ENV=production HOST=0\.0\.0\.0$/m);
  });

  it('runs on a Node.js that is supported for long and that package.json allows', () => {
    const major = Number(/^ARG NODE_IMAGE=node:(\d+)-slim$/m.exec(dockerfile)?.[1]);
    expect(major).toBeGreaterThanOrEqual(22);
    expect(major % 2).toBe(0);
  });

  it('is built from listed files only, so no .env gets in', () => {
    const lines = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const listed = lines.slice(1).map((line) => line.replace(/^!/, ''));
    expect(lines.slice(1)).toEqual(listed.map((file) => `!${file}`));
    const needed = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, files]) => files?.split(' ') ?? [],
    );
    expect(listed.sort()).toEqual([...new Set(needed)].sort());
  });
});

describe('.env.example', () => {
  const shown = parseEnv(example.replace(/^# (?=[A-Z_]+=)/gm, '')) as Environment;

  it('names every setting, and no other', () => {
    expect(settings().length).toBeGreaterThan(10);
    expect(Object.keys(shown).sort()).toEqual(settings());
  });

  it('changes nothing when copied as it is', () => {
    expect(parseEnv(example)).toEqual({});
  });

  it('shows the defaults as they are', () => {
    const { DATABASE_URL, MONGODB_URI, REDIS_URL } = shown;
    expect(readConfig(shown)).toEqual(readConfig({ DATABASE_URL, MONGODB_URI, REDIS_URL }));
  });

  it('shows the URLs at which the stores of docker compose are, seen from this machine', () => {
    const { environment } = compose().services.gateway;
    for (const name of ['DATABASE_URL', 'MONGODB_URI', 'REDIS_URL']) {
      expect(shown[name]).toBe(environment[name]?.replace(/@\w+:/, '@localhost:'));
    }
  });
});
