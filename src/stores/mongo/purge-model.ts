import type { Collection } from 'mongodb';
import type { ModelName } from '../../model-name.ts';
import type { ConfigAtRest } from './configs.ts';

/** A model that is deleted. What is written under its name later belongs to another model. */
export interface DeletedModel {
  readonly name: ModelName;
  readonly deletedAt: Date;
}

/** Removes the head and the run documents of a deleted model, by index; harmless to repeat. Rejects with the driver's error. */
export async function purgeModel(
  configs: Collection<ConfigAtRest>,
  { name, deletedAt }: DeletedModel,
  deadlineMs: number,
): Promise<void> {
  await configs.deleteMany(
    { modelName: name, updatedAt: { $lte: deletedAt } },
    { maxTimeMS: deadlineMs, comment: 'purgeModel' },
  );
}
