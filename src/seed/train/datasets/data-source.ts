import type { SplitOptions } from '../split.ts';
import type { Dataset } from '../table.ts';

/** How the demo calls a few of the held-out rows: the feature view, and what each is one of. */
export interface Entities {
  readonly view: string;
  readonly noun: string;
}

/** What models are trained on and measured with; loading twice gives the same rows. */
export interface DataSource {
  readonly description: string;
  /** Which of two runs on it is the better one is told by this metric on the held-out rows. */
  readonly selectBy: 'accuracy' | 'f1';
  readonly split: SplitOptions;
  readonly entities: Entities;
  load(): { train: Dataset; holdout: Dataset };
}
