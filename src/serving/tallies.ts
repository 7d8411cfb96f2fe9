import type { ModelName } from '../model-name.ts';
import type { PredictionTally } from '../stores/redis/count-predictions.ts';
import type { LastPrediction } from '../stores/redis/predictions.ts';

/** One prediction that was given. */
export interface Given {
  readonly name: ModelName;
  /** It did not have to be computed for this call. */
  readonly isHit: boolean;
  readonly subject: string | null;
  readonly answer: LastPrediction;
}

/** Counts what is given, and tells Redis in the same turn of the event loop, all of a turn together. */
export interface Tallies {
  count(given: Given): void;
  /** Tells what is left to tell. */
  close(): Promise<void>;
}

/** While Redis is away it is asked again so often. */
const againMs = 1_000;
/** What subjects saw last is remembered of so many a model while Redis is away; counters of all. */
const mostSubjects = 10_000;

interface Open {
  predictions: number;
  hits: number;
  misses: number;
  lastAt: string;
  last: Map<string, LastPrediction>;
}

/**
 * `tell` rejects when Redis could not be asked. A tally whose fate is unknown, because Redis did not answer in time, is not told
 * again: what is counted is counted once, and a count is no reason to fail.
 */
export function openTallies(
  tell: (tallies: readonly PredictionTally[]) => Promise<void>,
  wasNotAsked: (error: unknown) => boolean,
): Tallies {
  let open = new Map<ModelName, Open>();
  let isScheduled = false;
  const underWay = new Set<Promise<void>>();
  let later: NodeJS.Timeout | undefined;

  const tallyOf = (name: ModelName): Open => {
    const known = open.get(name);
    if (known) return known;
    const fresh: Open = { predictions: 0, hits: 0, misses: 0, lastAt: '', last: new Map() };
    open.set(name, fresh);
    return fresh;
  };
  const putBack = (tallies: readonly PredictionTally[]) => {
    for (const { name, predictions, hits, misses, lastAt, last } of tallies) {
      const tally = tallyOf(name);
      tally.predictions += predictions;
      tally.hits += hits;
      tally.misses += misses;
      if (tally.lastAt < lastAt) tally.lastAt = lastAt;
      for (const [subject, answer] of last)
        if (!tally.last.has(subject) && tally.last.size < mostSubjects) tally.last.set(subject, answer);
    }
  };
  const tellAll = async () => {
    const tallies = [...open].map(([name, tally]) => ({ name, ...tally }));
    open = new Map();
    try {
      await tell(tallies);
    } catch (error) {
      if (!wasNotAsked(error)) return;
      putBack(tallies);
      later ??= setTimeout(() => {
        later = undefined;
        schedule();
      }, againMs).unref();
    }
  };
  const schedule = () => {
    if (isScheduled || later) return;
    isScheduled = true;
    // Before anything else is read: whoever has been answered finds what it was counted as.
    process.nextTick(() => {
      isScheduled = false;
      if (open.size === 0) return;
      const telling = tellAll().finally(() => underWay.delete(telling));
      underWay.add(telling);
    });
  };
  return {
    count({ name, isHit, subject, answer }) {
      const tally = tallyOf(name);
      tally.predictions += 1;
      tally.hits += isHit ? 1 : 0;
      tally.misses += isHit ? 0 : 1;
      tally.lastAt = new Date().toISOString();
      if (subject !== null && (tally.last.size < mostSubjects || tally.last.has(subject)))
        tally.last.set(subject, answer);
      schedule();
    },
    async close() {
      await Promise.all(underWay);
      if (open.size > 0) await tellAll();
      clearTimeout(later);
    },
  };
}
