import type { RedisClient } from './client.ts';

/** Runs a script on a client: its keys first, then its other arguments. */
export type RedisScript = (client: RedisClient, ...args: readonly (string | number)[]) => Promise<unknown>;

/**
 * A Lua script under a name of its own. ioredis sends its text once a connection and its hash from then on, and the
 * text again when Redis has forgotten it. Must run on Lua 5.1, which Redis has, and 5.3, which ioredis-mock has.
 */
export function defineScript(name: string, numberOfKeys: number, lua: string): RedisScript {
  return (client, ...args) => {
    const commands = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    if (!commands[name]) client.defineCommand(name, { numberOfKeys, lua });
    return (commands[name] as (...args: unknown[]) => Promise<unknown>)(...args);
  };
}
