import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../../src/config.ts';
import { nodeArguments } from './compiled.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command line as a user runs it, in a process of its own. */
export interface Cli {
  readonly process: ChildProcess;
  /** Everything it has printed, on either stream. */
  readonly output: () => string;
  /** Waits for a line that matches. Rejects when it exits before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits for the end: exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals>;
}

/** `modelgraph <args>`, or another script, with the given variables, and none of the stores of whoever runs the tests. */
export function runCli(args: readonly string[], environment: Environment = {}, script = 'src/cli.ts'): Cli {
  const {
    DATABASE_URL: _,
    MONGODB_URI: __,
    REDIS_URL: ___,
    NODE_ENV: ____,
    PORT: _____,
    FORCE_COLOR: ______,
    ...inherited
  } = process.env;
  // `npm run dev` is the one that everybody runs through tsx, and what is no program of ours is not compiled.
  const isCompiled = script === 'src/cli.ts' && args[0] !== 'dev';
  const program = isCompiled ? nodeArguments(script) : ['--import', 'tsx', script];
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: root,
    // Where CI is set, colours are on even into a pipe (https://github.com/alexeyraspopov/picocolors).
    env: { ...inherited, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (printed += String(bytes)));
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    process: child,
    output: () => printed,
    exit: () => exited,
    async until(pattern) {
      let over = false;
      void exited.then(() => (over = true));
      for (;;) {
        const match = pattern.exec(printed);
        if (match) return match;
        if (over) throw new Error(`It ended without ${pattern}:\n${printed}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Where a started gateway answers, from its ready line. */
export async function readyUrl(cli: Cli): Promise<string> {
  const [, url] = await cli.until(/ModelGraph ready at (http:\/\/localhost:\d+\/graphql)/);
  return String(url);
}
