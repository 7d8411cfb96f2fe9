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

/**
 * Puts documents where none of a later sequence stands, in one call; harmless to repeat and to reorder. Returns those
 * that were refused for what they are; rejects with the driver's error.
 */
export async function guardedBulk<Item extends { readonly id: string }>(
  // biome-ignore lint/suspicious/noExplicitAny: the documents are as their collection's validator wants them.
  collection: Collection<any>,
  items: readonly Item[],
  toDocument: (item: Item) => Guarded,
  options: BulkWriteOptions,
): Promise<Unwritten[]> {
  const unwritten: Unwritten[] = [];
  const ids: string[] = [];
  const operations: AnyBulkWriteOperation<Guarded>[] = [];
  for (const item of items) {
    try {
      operations.push(replacement(toDocument(item)));
      ids.push(item.id);
    } catch (error) {
      unwritten.push({ id: item.id, reason: `The document cannot be read: ${messageOf(error)}` });
    }
  }
  if (operations.length === 0) return unwritten;
  try {
    await collection.bulkWrite(operations, { ...options, ordered: false });
    return unwritten;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
    const faults = [error.writeErrors].flat().filter(({ code }) => code !== duplicateKey);
    // Not one fault of a document: then it is the store that failed.
    if (faults.length === 0 && error.code !== duplicateKey) throw error;
    return [
      ...unwritten,
      ...faults.map(({ index, code, errmsg }) => ({
        id: ids[index] ?? '',
        reason: `MongoDB refused the document (${code}): ${errmsg}`,
      })),
    ];
  }
}

// Where a later one stands the filter finds nothing, and the upsert meets its _id: a duplicate key, which is well.
function replacement(document: Guarded): AnyBulkWriteOperation<Guarded> {
  const { _id, sequence } = document;
  const filter = { _id, $or: [{ sequence: { $lt: sequence } }, { sequence: null }] };
  return { replaceOne: { filter: filter as never, replacement: document as never, upsert: true } };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
