import type { Collection, Document } from 'mongodb';
import type { ConfigAtRest } from './configs.ts';

/**
 * The models of which MongoDB holds anything, each once for its configurations and once for its copy; read by index, some
 * at a time. Rejects with the driver's error.
 */
export async function* heldNames(
  configs: Collection<ConfigAtRest>,
  models: Collection<Document & { _id: string }>,
): AsyncGenerator<string> {
  let last: string | undefined;
  const documents = configs
    .find({}, { projection: { _id: 0, modelName: 1 }, comment: 'heldNames' })
    .sort({ modelName: 1 });
  for await (const { modelName } of documents) {
    if (modelName !== last) yield modelName;
    last = modelName;
  }
  for await (const { _id } of models.find(
    { deleted: false },
    { projection: { _id: 1 }, comment: 'heldNames' },
  ))
    yield _id;
}
