import postgres, { type Options } from 'postgres';
import { connectionOptions } from './connection-options.ts';

/** Notified by every transaction that leaves something in the outbox. */
export const wakeChannel = 'modelgraph_outbox';

const listenAgainMs = 1_000;

// Options of the driver that its types do not name. Its own `listen` gives up when a server that restarts refuses once.
type WithEvents = Options<typeof connectionOptions.types> & {
  onnotify: (channel: string, notice: string) => void;
  onclose: () => void;
};

/** Calls `wake` when something was left in the outbox, with the notice of whoever did, and when listening began: something may have been missed. */
export function listenForWakes(url: string, wake: (notice: string) => void): { close(): Promise<void> } {
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  const listenLater = () => {
    clearTimeout(again);
    if (!closed) again = setTimeout(listen, listenAgainMs).unref();
  };
  const options: WithEvents = {
    max: 1,
    idle_timeout: 0,
    max_lifetime: 0,
    ...connectionOptions,
    backoff: false,
    onnotify: (_, notice) => wake(notice),
    onclose: listenLater,
    connection: { application_name: 'modelgraph wakes' },
  };
  const client = postgres(url, options);
  const listen = () => void client.unsafe(`listen ${wakeChannel}`).then(() => wake(''), listenLater);
  listen();
  return {
    close: async () => {
      closed = true;
      clearTimeout(again);
      await client.end({ timeout: 0 });
    },
  };
}
