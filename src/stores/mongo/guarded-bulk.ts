import {
  type AnyBulkWriteOperation,
  type BulkWriteOptions,
  type Collection,
  type Document,
  type Long,
  MongoBulkWriteError,
} from 'mongodb';

/** A document that MongoDB, or its driver, refused, and why. */
export interface Unwritten {
  readonly id: string;
  readonly reason: string;
}

interface Guarded extends Document {
  _id: string;
  sequence: Long;
}

const duplicateKey = 11_000;

/** How a bulk write is made: with which options, and whether what is written is most likely not there yet. */
interface GuardedOptions extends BulkWriteOptions {
  /** Then it is inserted, which costs MongoDB half, and only what is there after all is compared. */
  readonly areNew?: boolean;
}

/**
 * Puts documents where none of a later sequence stands, in one call; harmless to repeat and to reorder. Returns those
 * that were refused for what they are; rejects with the driver's error.
 */
export async function guardedBulk<Item extends { readonly id: string }>(
  // biome-ignore lint/suspicious/noExplicitAny: the documents are as their collection's validator wants them.
  collection: Collection<any>,
  items: readonly Item[],
  toDocument: (item: Item) => Guarded,
  { areNew = false, ...options }: GuardedOptions,
): Promise<Unwritten[]> {
  const unwritten: Unwritten[] = [];
  const documents: Guarded[] = [];
  for (const item of items) {
    try {
      documents.push(toDocument(item));
    } catch (error) {
      unwritten.push({ id: item.id, reason: `The document cannot be read: ${messageOf(error)}` });
    }
  }
  const write = async (toOperation: typeof insertion, these: readonly Guarded[]): Promise<Guarded[]> => {
    if (these.length === 0) return [];
    const { taken, refused } = await bulkWrite(collection, these.map(toOperation), options);
    unwritten.push(...refused.map(({ index, reason }) => ({ id: (these[index] as Guarded)._id, reason })));
    return taken.map((index) => these[index] as Guarded);
  };
  await write(replacement, areNew ? await write(insertion, documents) : documents);
  return unwritten;
}

interface Outcome {
  /** Where a document of that _id stands already. */
  readonly taken: number[];
  readonly refused: { readonly index: number; readonly reason: string }[];
}

async function bulkWrite(
  collection: Collection<Guarded>,
  operations: AnyBulkWriteOperation<Guarded>[],
  options: BulkWriteOptions,
): Promise<Outcome> {
  try {
    await collection.bulkWrite(operations, { ...options, ordered: false });
    return { taken: [], refused: [] };
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
    const faults = [error.writeErrors].flat();
    // Not one fault of a document: then it is the store that failed.
    if (faults.length === 0 && error.code !== duplicateKey) throw error;
    const isTaken = ({ code }: { code: number }) => code === duplicateKey;
    return {
      taken: faults.filter(isTaken).map(({ index }) => index),
      refused: faults
        .filter((fault) => !isTaken(fault))
        .map(({ index, code, errmsg }) => ({
          index,
          reason: `MongoDB refused the document (${code}): ${errmsg}`,
        })),
    };
  }
}

const insertion = (document: Guarded): AnyBulkWriteOperation<Guarded> => ({ insertOne: { document } });

// Where a later one stands the filter finds nothing, and the upsert meets its _id: a duplicate key, which is well.
function replacement(document: Guarded): AnyBulkWriteOperation<Guarded> {
  const { _id, sequence } = document;
  const filter = { _id, $or: [{ sequence: { $lt: sequence } }, { sequence: null }] };
  return { replaceOne: { filter: filter as never, replacement: document as never, upsert: true } };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
