import type { Pick } from './entities.ts';

/** Does one row once; resolves with how many entities it found or wrote. */
export type Operation = (pick: Pick) => Promise<number>;

/** Why a store has no such row. */
export class NotApplicable {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
