import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TensorSpec } from '../../src/tensor.ts';
import { nodeArguments } from '../support/compiled.ts';

/** A server of models that give back what they take, in a process of its own. */
export interface EchoProcess {
  readonly url: string;
  readonly port: number;
  /** SIGKILL, and until it is gone. */
  kill(): Promise<void>;
}

/** `models`: name → what it takes. Returns when it listens. */
export async function startEcho(
  models: Record<string, readonly TensorSpec[]>,
  port = 0,
): Promise<EchoProcess> {
  const child = spawn(
    process.execPath,
    [...nodeArguments('test/inference/echo-server.ts'), String(port), JSON.stringify(models)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^ready at (.*)$/.exec(line) ?? [];
    if (url)
      return {
        url,
        port: Number(new URL(url).port),
        async kill() {
          child.kill('SIGKILL');
          await exited;
        },
      };
  }
  throw new Error('The echo server ended before it listened.');
}
