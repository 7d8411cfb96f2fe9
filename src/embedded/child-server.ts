import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildServerOptions {
  /** Names the server in errors, e.g. `PostgreSQL`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For its standard input, e.g. settings that the list of processes must not show. */
  readonly input?: string;
  /** The line of its log that says it takes connections; an open port could be a stranger's. */
  readonly ready: RegExp;
  readonly readyWithinMs?: number;
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly stopWithinMs?: number;
  /** Another user to run as; only root can. */
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface ChildServer {
  readonly pid: number;
  /** What it wrote up to and with the ready line, e.g. to find its version in. */
  readonly startLog: string;
  /** Asks it to stop, kills it when it does not; returns when it is gone. May be called again. */
  stop(): Promise<void>;
}

// A shell becomes the server (exec keeps the pid) and leaves a watchdog that waits on the lifeline, a pipe (fd 3)
// whose other end only the gateway holds. The kernel closes that end however the gateway dies, so this one mechanism
// serves SIGKILL as well as exit, on every Unix. setpriv --pdeathsig would be Linux with util-linux only, fires when
// the spawning *thread* ends, and is lost in a set-uid exec. A word on the lifeline says: already stopped.
const lifeline = `
server=$$
( {
  read -r word || {
    kill -s "$1" "$server"
    for second in 1 2 3 4 5; do sleep 1; kill -s 0 "$server" || exit 0; done
    kill -s KILL "$server"
  }
} <&3 3<&- >/dev/null 2>&1 & )
shift
exec "$@" 3<&-
`;

/**
 * Starts a server whose life ends with this process's, even after SIGKILL; returns when it takes connections.
 * Fails with one sentence that ends in the last lines of the server's log; nothing is left running then.
 */
export async function startChildServer(options: ChildServerOptions): Promise<ChildServer> {
  const { name, readyWithinMs = 30_000, stopWithinMs = 5_000 } = options;
  // Detached: Ctrl-C in a terminal reaches the gateway alone, which drains before it stops its stores.
  const child = spawn(
    '/bin/sh',
    ['-c', lifeline, 'lifeline', options.stopSignal.slice(3), options.command, ...options.args],
    {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      ...(options.runAs && { uid: options.runAs.uid, gid: options.runAs.gid }),
    },
  );
  const [stdin, stdout, stderr, line] = child.stdio as unknown as [Writable, Readable, Readable, Writable];
  for (const pipe of [stdin, line]) pipe.on('error', () => {}); // A server that is gone says so by its exit.
  stdin.end(options.input ?? '');
  const log = followLog([stdout, stderr], options.ready);
  const exited = once(child, 'exit').then(
    ([code, signal]) => {
      line.end('stopped\n');
      return signal === null ? `exit code ${code}` : `signal ${signal}`;
    },
    (cause: Error) => {
      throw new Error(`${name} could not be started (${cause.message})`, { cause });
    },
  );

  const stop = async () => {
    child.kill(options.stopSignal);
    const gone = await within(stopWithinMs, exited);
    if (gone === undefined) child.kill('SIGKILL');
    await exited;
  };

  const failed = exited.then(async (how): Promise<never> => {
    await log.ended;
    throw new Error(`${name} stopped while starting (${how})`);
  });
  const slow = new Error(`${name} was not ready within ${readyWithinMs} ms`);
  try {
    const outcome = await within(readyWithinMs, Promise.race([log.ready, failed]));
    if (outcome === undefined) throw slow;
    return { pid: child.pid ?? 0, startLog: log.text(), stop };
  } catch (error) {
    if (error === slow) await stop();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why}; ${log.ending()}`, { cause: error });
  }
}

const keptLines = 200;

function followLog(streams: readonly Readable[], ready: RegExp) {
  const lines: string[] = [];
  const readers = streams.map((input) => createInterface({ input }));
  const ended = Promise.all(readers.map((reader) => once(reader, 'close')));
  const readyLine = new Promise<'ready'>((resolve) => {
    for (const reader of readers) {
      // Reading goes on for life: a server whose log nobody reads stands still once the pipe is full.
      reader.on('line', (text) => {
        lines.push(text.trim());
        if (lines.length > keptLines) lines.shift();
        if (ready.test(text)) resolve('ready');
      });
    }
  });
  const ending = () =>
    lines.length === 0 ? 'it logged nothing.' : `its log ends: ${lines.slice(-5).join(' | ')}`;
  return { ready: readyLine, ended, ending, text: () => lines.join('\n') };
}

/** The promise's value, or undefined when it takes longer. */
async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
  return Promise.race([promise, late]).finally(() => timer.abort());
}
