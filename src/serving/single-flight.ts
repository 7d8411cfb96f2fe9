import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stores } from '../stores/open-stores.ts';
import type { KeptPrediction, PredictionPlace } from '../stores/redis/predictions.ts';

/** How an answer came about: it was there after all, it was computed here, or it was computed by another gateway. */
export interface Flown<Answer> {
  readonly answer: Answer;
  readonly how: 'KEPT' | 'COMPUTED' | 'ELSEWHERE' | 'UNSHARED';
}

export interface Flight<Answer> {
  readonly place: PredictionPlace;
  readonly compute: () => Promise<Answer>;
  readonly toKept: (answer: Answer) => KeptPrediction;
  readonly fromKept: (kept: KeptPrediction) => Answer;
}

interface FlightOptions {
  readonly predictions: Stores['redis']['predictions'];
  /** For how long one gateway may keep others waiting; one that has died does so no longer. */
  readonly turnMs: number;
}

const firstLookMs = 4;
const longestLookMs = 50;

/**
 * Has an answer computed by one gateway, while the others wait for it. UNSHARED: Redis failed, or nobody else came up with
 * it in time; it was computed here, and not kept. Rejects with what `compute` rejects with; then the next may try.
 */
export function openSingleFlight({ predictions, turnMs }: FlightOptions) {
  const unshared = async <Answer>({ compute }: Flight<Answer>): Promise<Flown<Answer>> => ({
    answer: await compute(),
    how: 'UNSHARED',
  });
  const inTurn = async <Answer>(flight: Flight<Answer>, fence: string): Promise<Flown<Answer>> => {
    const { place, compute, toKept } = flight;
    let answer: Answer;
    try {
      answer = await compute();
    } catch (error) {
      // Should Redis not hear of it, the turn ends by itself.
      await predictions.giveUpTurn(place, fence).catch(() => {});
      throw error;
    }
    const isKept = await predictions
      .keep({ operation: 'keepPrediction' }, place, fence, toKept(answer))
      .catch(() => false);
    return { answer, how: isKept ? 'COMPUTED' : 'UNSHARED' };
  };
  return async <Answer>(flight: Flight<Answer>): Promise<Flown<Answer>> => {
    const { place, fromKept } = flight;
    const fence = randomUUID();
    const until = performance.now() + turnMs;
    let hasWaited = false;
    for (
      let lookMs = firstLookMs;
      performance.now() < until;
      lookMs = Math.min(lookMs * 1.5, longestLookMs)
    ) {
      const turn = await predictions
        .takeTurn({ operation: 'takeTurn' }, place, { fence, forMs: turnMs })
        // Redis failed: nobody can be waited for.
        .catch(() => undefined);
      if (!turn) break;
      if (turn.kept) {
        if (turn.taken) await predictions.giveUpTurn(place, fence).catch(() => {});
        return { answer: fromKept(turn.kept), how: hasWaited ? 'ELSEWHERE' : 'KEPT' };
      }
      if (turn.taken) return inTurn(flight, fence);
      hasWaited = true;
      await delay(lookMs);
    }
    return unshared(flight);
  };
}
