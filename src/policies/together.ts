import { ModelGraphError } from '../errors.ts';
import { type Store, storeTitles } from '../store-name.ts';

/** How much goes together. */
export interface TogetherLimits<Ask> {
  /** How many calls may be under way at once; another one begins beside those that have taken `aloneMs`. */
  readonly atOnce: number;
  readonly aloneMs: number;
  /** The share of a call's room that it takes up; what takes more than 1 goes alone. */
  readonly shareOf: (ask: Ask) => number;
}

interface TogetherOptions<Ask> extends TogetherLimits<Ask> {
  readonly store: Store;
  /** Whoever has waited this long for the call to begin gets STORE_TIMEOUT, and has asked nothing. */
  readonly deadlineMs: number;
}

/**
 * What is asked while a call is under way goes together in the next one, so that a store that is asked by many has few
 * calls, and one that is slow keeps the others waiting only so long. `run` answers with the same length and order; what it rejects with, all of its callers get.
 */
export function together<Ask, Answer>(
  run: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  { store, deadlineMs, atOnce, aloneMs, shareOf }: TogetherOptions<Ask>,
): (ask: Ask) => Promise<Answer> {
  interface Waiting {
    readonly ask: Ask;
    readonly since: number;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let underWay = 0;
  let slow = 0;

  const takeNext = (): Waiting[] => {
    let [count, share] = [0, 0];
    for (const { ask } of waiting) {
      share += shareOf(ask);
      if (count > 0 && share > 1) break;
      count += 1;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  };
  const beginIfFree = () => {
    if (waiting.length > 0 && underWay === slow && underWay < atOnce) void begin();
  };
  const runNext = async (): Promise<void> => {
    const taken = takeNext();
    const latest = performance.now() - deadlineMs;
    for (const { since, reject } of taken) if (since < latest) reject(busy(store, deadlineMs));
    const inTime = taken.filter(({ since }) => since >= latest);
    if (inTime.length === 0) return;
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      slow += 1;
      beginIfFree();
    }, aloneMs);
    try {
      const answers = await run(inTime.map(({ ask }) => ask));
      inTime.forEach(({ resolve }, n) => void resolve(answers[n] as Answer));
    } catch (error) {
      for (const { reject } of inTime) reject(error);
    }
    clearTimeout(timer);
    if (isSlow) slow -= 1;
  };
  const begin = async () => {
    underWay += 1;
    while (waiting.length > 0) await runNext();
    underWay -= 1;
  };
  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, since: performance.now(), resolve, reject });
      beginIfFree();
    });
}

/** It waits behind other calls of ours, which says nothing about the store's health. */
const busy = (store: Store, deadlineMs: number) =>
  new ModelGraphError('STORE_TIMEOUT', `${storeTitles[store]} is busy with other writes. Try again.`, {
    store,
    retryAfterMs: deadlineMs,
  });
