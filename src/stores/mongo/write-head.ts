import { type Collection, type Document, MongoServerError } from 'mongodb';
import { ModelGraphError } from '../../errors.ts';
import type { ModelName } from '../../model-name.ts';
import { conflict, idempotencyConflict, invalidInput } from '../../problems.ts';
import {
  type ConfigAtRest,
  type ConfigRecord,
  envelopeProjection,
  headIdOf,
  type RecentWrite,
  schemaVersion,
  toRecord,
} from './configs.ts';
import { type DocumentParts, projectionOf } from './projection.ts';

/** A change to a model's head document, in MongoDB's terms; its revision and its time follow by themselves. */
export interface HeadWrite {
  readonly modelName: ModelName;
  /** Undefined: it stays as it is, which is null for a new head. */
  readonly framework: string | null | undefined;
  /** Values by their paths at rest, from `document` on. */
  readonly set: Document;
  /** The revision it must have now, 0 for no head; null: whatever it has. */
  readonly expectedRevision: number | null;
  /** The client's key for this write, and the hash of its input. */
  readonly idempotency: Omit<RecentWrite, 'at'> | null;
  /** What the document must be like, and the conflict when it is not. */
  readonly condition?: { readonly filter: Document; readonly unmet: string };
  /** The member of the input that can make the document too large. */
  readonly field: string;
  /** What is told of the document afterwards. */
  readonly parts: DocumentParts;
}

/** The head as this write left it; `replayed`: it was done before, and this is the head as it is now. */
export interface HeadWritten {
  readonly config: ConfigRecord;
  readonly replayed: boolean;
}

type Heads = Collection<ConfigAtRest>;

const attempts = 3;
const recentWrites = 20;

/**
 * One command that compares and swaps, durable on a majority. Refuses with conflict, idempotencyConflict, or invalidInput
 * for a document grown too large. STORE_CORRUPT for a head that is not in our form; else the driver's error.
 */
export async function writeHead(heads: Heads, write: HeadWrite, deadlineMs: number): Promise<HeadWritten> {
  for (let attempt = 1; ; attempt += 1) {
    const changed = await change(heads, write, deadlineMs).catch((error) => refuse(error, write));
    if (changed) return { config: toConfig(changed), replayed: false };
    const replayed = await explain(heads, write, deadlineMs, attempt === attempts);
    if (replayed) return { config: replayed, replayed: true };
  }
}

/** The head after the change; null when it is not such that it may be changed. */
async function change(heads: Heads, write: HeadWrite, deadlineMs: number): Promise<Document | null> {
  const { modelName, framework, expectedRevision: revision, idempotency, condition } = write;
  const recent = { $each: [{ ...idempotency, at: new Date() }], $slice: -recentWrites };
  const filter = {
    _id: headIdOf(modelName),
    // No document has revision 0, so expecting it finds none, and makes one unless its _id is taken.
    ...(revision !== null && { revision }),
    ...(idempotency && { 'recentWrites.key': { $ne: idempotency.key } }),
    ...condition?.filter,
  };
  const update: Document = {
    $set: {
      kind: 'HEAD',
      modelName,
      schemaVersion,
      ...write.set,
      ...(framework !== undefined && { framework }),
    },
    ...(framework === undefined && { $setOnInsert: { framework: null } }),
    $inc: { revision: 1 },
    $currentDate: { updatedAt: true },
    ...(idempotency && { $push: { recentWrites: recent } }),
  };
  return heads.findOneAndUpdate(filter, update, {
    upsert: revision === null || revision === 0,
    returnDocument: 'after',
    projection: { ...envelopeProjection, ...projectionOf(write.parts) },
    writeConcern: { w: 'majority', wtimeoutMS: deadlineMs },
    maxTimeMS: deadlineMs,
    comment: 'writeHead',
  });
}

/** Why the head was not changed: refuses, or tells the head when this very write was done before; undefined: try again. */
async function explain(
  heads: Heads,
  write: HeadWrite,
  deadlineMs: number,
  isLast: boolean,
): Promise<ConfigRecord | undefined> {
  const { modelName, expectedRevision, idempotency, condition, parts } = write;
  const found = await heads.findOne(
    { _id: headIdOf(modelName) },
    {
      projection: { ...envelopeProjection, recentWrites: 1, ...projectionOf(parts) },
      maxTimeMS: deadlineMs,
      comment: 'explainWriteHead',
    },
  );
  const config = found && toConfig(found);
  const earlier = found?.recentWrites?.find(({ key }) => key === idempotency?.key);
  if (earlier && earlier.inputSha256 !== idempotency?.inputSha256)
    throw idempotencyConflict(earlier.at.toISOString());
  if (config && earlier) return config;
  const current = config && { revision: config.revision, updatedAt: config.updatedAt };
  if (expectedRevision !== null && expectedRevision !== (config?.revision ?? 0)) {
    const where = config ? `is at revision ${config.revision}` : 'does not exist';
    throw conflict(`The configuration of "${modelName}" ${where}, not at ${expectedRevision}.`, current);
  }
  if (isLast)
    throw conflict(condition?.unmet ?? `The configuration of "${modelName}" changes too quickly.`, current);
  return undefined;
}

function toConfig(document: unknown): ConfigRecord {
  const config = toRecord(document);
  if (config instanceof ModelGraphError) throw config;
  return config;
}

const codes = { typeMismatch: 14, validation: 121, duplicateKey: 11_000, tooLarge: [10_334, 17_419, 17_420] };

/** Null where MongoDB means that there is such a document after all; throws for all else. */
function refuse(error: unknown, { field }: HeadWrite): null {
  if (!(error instanceof MongoServerError)) throw error;
  if (error.code === codes.duplicateKey) return null;
  if (codes.tooLarge.includes(Number(error.code)))
    throw invalidInput([{ path: [field], message: 'makes the document larger than MongoDB can hold' }]);
  // All that we write is in our form, so it is what stands there that is not.
  if (error.code === codes.validation || error.code === codes.typeMismatch)
    throw new ModelGraphError(
      'STORE_CORRUPT',
      'MongoDB holds a configuration of this model that is not in ModelGraph’s form, so nothing was written.',
      { store: 'MONGODB', cause: error },
    );
  throw error;
}
