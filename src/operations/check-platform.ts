import type { ModelName } from '../model-name.ts';
import type { Follower } from '../stores/postgres/outbox-claim.ts';
import { checkConsistency, type Drift } from './check-consistency.ts';
import type { OperationContext } from './operation.ts';
import { platformNames } from './platform-names.ts';
import { reconcileModel } from './reconcile-model.ts';

/** What a model's check found, and what is left when it was repaired. */
export interface CheckedModel {
  readonly name: ModelName;
  readonly drifts: readonly Drift[];
  /** Equal to `drifts` when nothing was to be repaired. */
  readonly left: readonly Drift[];
}

interface CheckOptions {
  /** The stores whose drifts count; both, when left out. */
  readonly stores?: readonly Follower[];
  readonly repair: boolean;
  /** Called with how many models were checked so far. */
  readonly onProgress: (models: number) => void;
  readonly signal: AbortSignal;
}

const modelsAtOnce = 8;

/** Checks every model that any store knows of, a few at a time, and yields those that differ. Rejects with a ModelGraphError. */
export async function* checkPlatform(
  context: OperationContext,
  { stores = ['MONGODB', 'REDIS'], repair, onProgress, signal }: CheckOptions,
): AsyncGenerator<CheckedModel> {
  let checked = 0;
  const check = async (name: ModelName): Promise<CheckedModel> => {
    const ofStores = ({ drifts }: { drifts: readonly Drift[] }) =>
      drifts.filter(({ store }) => stores.includes(store));
    const drifts = ofStores(await checkConsistency(context, name));
    const left = repair && drifts.length > 0 ? ofStores(await reconcileModel(context, name)) : drifts;
    return { name, drifts, left };
  };
  for await (const names of platformNames(context)) {
    for (let from = 0; from < names.length && !signal.aborted; from += modelsAtOnce) {
      const group = await Promise.all(names.slice(from, from + modelsAtOnce).map(check));
      checked += group.length;
      onProgress(checked);
      yield* group.filter(({ drifts }) => drifts.length > 0);
    }
    if (signal.aborted) return;
  }
}
