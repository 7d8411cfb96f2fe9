import type { ModelGraphError } from './errors.ts';

/** What an answer comes as: the thing itself, or why this one could not be had. */
export type Answer<T> = T | ModelGraphError;

/**
 * A batch read: asks → answers, same length, same order, an error per ask, never a throw.
 * One call to the store, whatever the number of asks. `request` is whoever asked, for the store-call channel.
 */
export type BatchRead<Ask, T> = (asks: readonly Ask[], request?: object) => Promise<Answer<T>[]>;
