import { type Collection, Long } from 'mongodb';
import type { ModelName } from '../../model-name.ts';
import type { ConfigAtRest } from './configs.ts';

/** A model that is deleted. What is written under its name later belongs to another model. */
export interface DeletedModel {
  readonly name: ModelName;
  /** Of the event. */
  readonly sequence: string;
  readonly deletedAt: Date;
}

/** Removes the head and the run documents of a deleted model, by index; harmless to repeat. Rejects with the driver's error. */
export async function purgeModel(
  configs: Collection<ConfigAtRest>,
  { name, sequence, deletedAt }: DeletedModel,
  deadlineMs: number,
): Promise<void> {
  // Heads, and runs that came with a seed, have no sequence.
  const older = [
    { sequence: { $lt: Long.fromString(sequence) } },
    { sequence: null, updatedAt: { $lte: deletedAt } },
  ];
  await configs.deleteMany(
    { modelName: name, $or: older as never },
    { maxTimeMS: deadlineMs, comment: 'purgeModel' },
  );
}
