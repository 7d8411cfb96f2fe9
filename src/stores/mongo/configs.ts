import type { Collection, Long } from 'mongodb';
import { z } from 'zod';
import type { Answer } from '../../batch-read.ts';
import { ModelGraphError } from '../../errors.ts';
import type { ModelName } from '../../model-name.ts';
import { fromRest } from './key-escaping.ts';
import { type DocumentParts, projectionOf } from './projection.ts';

export const configsCollection = 'model_configs';

/** The version of the envelope around documents that is written today. */
export const schemaVersion = 1;

/** A write under an idempotency key, remembered to know it again. */
export interface RecentWrite {
  readonly key: string;
  readonly inputSha256: string;
  readonly at: Date;
}

/** A configuration at rest. `_id` is `head:<model>` for the editable head, else the run's id. */
export interface ConfigAtRest {
  _id: string;
  kind: 'HEAD' | 'RUN';
  modelName: string;
  framework: string | null;
  schemaVersion: number;
  revision: number;
  updatedAt: Date;
  recentWrites?: RecentWrite[];
  /** Of the event that a run's document was copied for; none: it is a head, or came with a seed. */
  sequence?: Long;
  /** Free-form, with keys escaped. */
  document?: Record<string, unknown>;
}

/** A configuration, its document cut down to what the batch asked for. */
export interface ConfigRecord {
  readonly id: string;
  readonly kind: 'HEAD' | 'RUN';
  readonly modelName: ModelName;
  readonly framework: string | null;
  readonly schemaVersion: number;
  readonly revision: number;
  readonly updatedAt: string;
  readonly document: unknown;
}

export interface ConfigAsk {
  readonly id: string;
  readonly parts: DocumentParts;
}

/** The id of a model's editable head document. */
export const headIdOf = (name: ModelName) => `head:${name}`;

const envelope = {
  kind: z.enum(['HEAD', 'RUN']),
  modelName: z.string(),
  framework: z.string().nullable(),
  schemaVersion: z.int(),
  revision: z.int(),
  updatedAt: z.date(),
};
const atRest = z.object({
  _id: z.string(),
  ...envelope,
  document: z.record(z.string(), z.unknown()).optional(),
});

/** Reads what stands around a document. */
export const envelopeProjection = Object.fromEntries(Object.keys(envelope).map((key) => [key, 1 as const]));

/**
 * Asks → configs, same length, same order, by one find with the projection of all that is asked; undefined: no such
 * document. STORE_CORRUPT for a document whose envelope is not ours; fails whole with the driver's error.
 */
export async function readConfigs(
  collection: Collection<ConfigAtRest>,
  asks: readonly ConfigAsk[],
  signal: AbortSignal,
  deadlineMs: number,
): Promise<Answer<ConfigRecord | undefined>[]> {
  const ids = [...new Set(asks.map(({ id }) => id))];
  const projection = { ...envelopeProjection, ...projectionOf(asks.flatMap(({ parts }) => parts)) };
  const found = await collection
    .find(
      { _id: { $in: ids } },
      { projection, signal, maxTimeMS: deadlineMs, batchSize: ids.length + 1, comment: 'readConfigs' },
    )
    .toArray();
  const byId = new Map(found.map((document) => [document._id, toRecord(document)]));
  return asks.map(({ id }) => byId.get(id));
}

/** A configuration as MongoDB gave it → record. STORE_CORRUPT when it is not in our form. */
export function toRecord(document: unknown): Answer<ConfigRecord> {
  const parsed = atRest.safeParse(document);
  if (!parsed.success) {
    return new ModelGraphError(
      'STORE_CORRUPT',
      'MongoDB holds a configuration that is not in ModelGraph’s form. Write it again with its model’s config.',
      {
        store: 'MONGODB',
        cause: parsed.error,
      },
    );
  }
  const { _id, modelName, updatedAt, document: body, ...rest } = parsed.data;
  return {
    id: _id,
    modelName: modelName as ModelName,
    updatedAt: updatedAt.toISOString(),
    document: fromRest(body ?? {}),
    ...rest,
  };
}
