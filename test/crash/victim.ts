import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '../support/compiled.ts';
import type { Urls } from './verify.ts';

/** A gateway in a process of its own that will be killed. */
export interface Victim {
  readonly url: string;
  readonly process: ChildProcess;
  /** Whether it came to the point at which it kills itself. */
  struck(): boolean;
  /** Resolves when it is gone: with the signal that ended it, or its exit code. */
  readonly gone: Promise<NodeJS.Signals | number>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts one; it kills itself right after the nth call of that name, when one is given. */
export async function startVictim(urls: Urls, point?: string, nth = 1): Promise<Victim> {
  const child = spawn(
    process.execPath,
    [...nodeArguments('test/crash/gateway.ts'), ...(point ? [point, String(nth)] : [])],
    {
      cwd: root,
      env: { ...process.env, ...urls },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const gone = once(child, 'close').then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number);
  let printed = '';
  const struck = () => printed.includes('struck');
  child.stdout.on('data', (bytes) => {
    printed += String(bytes);
  });
  for (;;) {
    const [, port] = /ready (\d+)/.exec(printed) ?? [];
    if (port) return { url: `http://127.0.0.1:${port}/graphql`, process: child, struck, gone };
    // One that dies before it is ready answers nobody, and is gone all the same.
    if (child.exitCode !== null || child.signalCode !== null)
      return { url: '', process: child, struck, gone };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
