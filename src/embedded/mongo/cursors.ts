import { calculateObjectSize, type Document, Long } from 'bson';
import { MongoError } from './errors.ts';
import { maxDocumentBytes } from './wire.ts';

interface Cursor {
  readonly namespace: string;
  readonly rest: Document[];
  usedAtMs: number;
}

/** Results that did not fit in one batch. */
export interface Cursors {
  /** The first batch, and the cursor for the rest; 0 when there is none. */
  open(namespace: string, documents: Document[], batchSize: number | undefined, single: boolean): Document;
  /** The next batch. Fails with CursorNotFound. */
  next(id: Long, namespace: string, batchSize: number | undefined): Document;
  /** Which of them were there. */
  kill(ids: readonly Long[]): Long[];
}

const firstBatch = 101;
const idleMs = 600_000;
const maxOpen = 1_000;

export function createCursors(): Cursors {
  const open = new Map<string, Cursor>();
  let lastId = 0;
  const reap = () => {
    for (const [id, cursor] of open) {
      if (Date.now() - cursor.usedAtMs > idleMs || open.size > maxOpen) open.delete(id);
    }
  };
  return {
    open(namespace, documents, batchSize = firstBatch, single) {
      if (batchSize < 0)
        throw new MongoError(
          'NegativeLimit',
          `BSON field 'batchSize' value must be >= 0, actual value '${batchSize}'`,
        );
      const batch = takeBatch(documents, batchSize);
      if (single || documents.length === 0)
        return { cursor: { firstBatch: batch, id: Long.ZERO, ns: namespace } };
      reap();
      lastId += 1;
      open.set(String(lastId), { namespace, rest: documents, usedAtMs: Date.now() });
      return { cursor: { firstBatch: batch, id: Long.fromNumber(lastId), ns: namespace } };
    },
    next(id, namespace, batchSize = Number.POSITIVE_INFINITY) {
      reap();
      const cursor = open.get(id.toString());
      if (!cursor || cursor.namespace !== namespace)
        throw new MongoError('CursorNotFound', `cursor id ${id} not found`);
      cursor.usedAtMs = Date.now();
      const nextBatch = takeBatch(cursor.rest, batchSize);
      const over = cursor.rest.length === 0;
      if (over) open.delete(id.toString());
      return { cursor: { nextBatch, id: over ? Long.ZERO : id, ns: namespace } };
    },
    kill: (ids) => ids.filter((id) => open.delete(id.toString())),
  };
}

/** Takes the front of the documents: at most so many, and at most 16 MB but for a first one that is larger. */
function takeBatch(documents: Document[], batchSize: number): Document[] {
  let bytes = 0;
  let count = 0;
  for (const document of documents) {
    if (count >= batchSize) break;
    bytes += calculateObjectSize(document);
    if (count > 0 && bytes > maxDocumentBytes) break;
    count += 1;
  }
  return documents.splice(0, count);
}
