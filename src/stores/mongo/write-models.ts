import { type Collection, type Document, Long } from 'mongodb';
import { guardedBulk, type Unwritten } from './guarded-bulk.ts';
import { toFixedMoment } from './moments.ts';

export const modelsCollection = 'models';

/** A model in short as the registry has it at an event; null: it is deleted. Moments are RFC 3339, as PostgreSQL has it. */
export interface ModelToCopy {
  readonly id: string;
  readonly sequence: string;
  readonly model: {
    readonly description: string | null;
    readonly tags: Readonly<Record<string, string>>;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly latestVersion: number | null;
    readonly aliases: readonly object[];
    readonly frameworks: readonly string[];
    readonly metrics: readonly object[];
    readonly environments: readonly string[];
  } | null;
}

/** Copies models where no newer copies are. Returns those that MongoDB refused; rejects with the driver's error. */
export function writeModels(
  models: Collection<Document & { _id: string }>,
  copies: readonly ModelToCopy[],
  deadlineMs: number,
): Promise<Unwritten[]> {
  return guardedBulk(models, copies, toModelAtRest, { maxTimeMS: deadlineMs, comment: 'writeModels' });
}

/** What stands in the collection. A deleted model leaves its sequence, so that what comes late does not bring it back. */
export function toModelAtRest({ id, sequence, model }: ModelToCopy) {
  // Field by field: of a backlog thousands are made in a second, and to spread objects into one another is slow.
  const envelope = { _id: id, sequence: Long.fromString(sequence), copiedAt: new Date(), deleted: !model };
  if (!model) return envelope;
  const { description, createdAt, updatedAt, latestVersion, aliases, frameworks, metrics, environments } =
    model;
  return Object.assign(envelope, {
    description,
    // Their keys are free, and so are values here and not names of fields.
    tags: Object.entries(model.tags).map(([key, value]) => ({ key, value })),
    createdAt: toFixedMoment(createdAt),
    updatedAt: toFixedMoment(updatedAt),
    latestVersion,
    aliases,
    frameworks,
    metrics,
    environments,
  });
}

/** A copy as it is read back; what was deleted has no model. */
export type ModelCopy = Pick<ModelToCopy, 'sequence' | 'model'>;

/** Copies by name, same length, same order; undefined where there is none. Rejects with the driver's error. */
export async function readModels(
  models: Collection<Document & { _id: string }>,
  names: readonly string[],
  deadlineMs: number,
): Promise<(ModelCopy | undefined)[]> {
  const found = await models
    .find({ _id: { $in: [...names] } }, { promoteLongs: false, maxTimeMS: deadlineMs, comment: 'readModels' })
    .toArray();
  const byName = new Map(found.map((document) => [document._id, toCopy(document)]));
  return names.map((name) => byName.get(name));
}

/** A model as its copy would be read back. */
export const asCopied = (copy: ModelToCopy): ModelCopy => toCopy(toModelAtRest(copy));

function toCopy({ _id, sequence, deleted, copiedAt, tags, ...model }: Document): ModelCopy {
  if (deleted) return { sequence: String(sequence), model: null };
  const entries = (tags as { key: string; value: string }[]).map(({ key, value }) => [key, value]);
  return {
    sequence: String(sequence),
    model: { ...model, tags: Object.fromEntries(entries) } as ModelCopy['model'],
  };
}
