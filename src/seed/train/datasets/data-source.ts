import type { SplitOptions } from '../split.ts';
import type { Dataset } from '../table.ts';

/** What models are trained on and measured with; loading twice gives the same rows. */
export interface DataSource {
  readonly key: string;
  readonly description: string;
  readonly split: SplitOptions;
  load(): { train: Dataset; holdout: Dataset };
}
