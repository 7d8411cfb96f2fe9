import { type Acknowledged, startClients } from './clients.ts';
import { type Urls, verify } from './verify.ts';
import { startVictim, type Victim } from './victim.ts';

/** Where a gateway dies: right after the nth call of that name, or after that many milliseconds of its life. */
export type Death = { readonly after: string; readonly nth: number } | { readonly afterMs: number };

export interface Casualties {
  readonly kills: number;
  readonly registrations: number;
  readonly deletions: number;
  readonly resent: number;
  /** What was lost, doubled or half done, in words. */
  readonly faults: readonly string[];
}

interface Options {
  readonly urls: Urls;
  readonly deaths: readonly Death[];
  readonly clients: number;
  readonly onKill?: (kills: number) => void;
}

const longestLifeMs = 20_000;

const start = (urls: Urls, death: Death) =>
  'after' in death ? startVictim(urls, death.after, death.nth) : startVictim(urls);

/** Kills one gateway after the other under load, lets a last one finish, and compares the stores. */
export async function killAgainAndAgain({
  urls,
  deaths,
  clients: count,
  onKill,
}: Options): Promise<Casualties> {
  const clients = startClients(count);
  let kills = 0;
  // The next one starts while this one lives: for a while there are two on the same stores.
  let next = deaths[0] && start(urls, deaths[0]);
  for (const [n, death] of deaths.entries()) {
    const victim = await (next as Promise<Victim>);
    clients.url = victim.url;
    const following = deaths[n + 1];
    next = following && start(urls, following);
    const lifeMs = 'after' in death ? longestLifeMs : death.afterMs;
    const limit = setTimeout(() => victim.process.kill('SIGKILL'), lifeMs);
    const ended = await victim.gone;
    clearTimeout(limit);
    clients.url = '';
    if (ended !== 'SIGKILL') throw new Error(`A gateway ended by itself, with ${ended}.`);
    if ('after' in death && !victim.struck()) throw new Error(`A gateway never came to ${death.after}.`);
    kills += 1;
    onKill?.(kills);
  }
  const last = await startVictim(urls);
  clients.url = last.url;
  await clients.stop();
  const faults = await verify(urls, clients.acknowledged);
  last.process.kill('SIGTERM');
  await last.gone;
  const counted = (kind: Acknowledged['kind']) =>
    clients.acknowledged.filter((write) => write.kind === kind).length;
  return {
    kills,
    registrations: counted('registered'),
    deletions: counted('deleted'),
    resent: clients.resent(),
    faults,
  };
}
