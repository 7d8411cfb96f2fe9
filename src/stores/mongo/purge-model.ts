import type { Collection } from 'mongodb';
import type { ModelName } from '../../model-name.ts';
import type { ConfigAtRest } from './configs.ts';

/** Deletes a model's head and run documents, by index. Harmless to repeat. Rejects with the driver's error. */
export async function purgeModel(
  configs: Collection<ConfigAtRest>,
  modelName: ModelName,
  deadlineMs: number,
): Promise<void> {
  await configs.deleteMany({ modelName }, { comment: 'purgeModel', maxTimeMS: deadlineMs });
}
