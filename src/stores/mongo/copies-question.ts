import { BSON, type Collection, type Document } from 'mongodb';
import type { Answer } from '../../batch-read.ts';
import { ModelGraphError } from '../../errors.ts';

/** Something that the copies of models can be asked: a pipeline that ends in one document, or none. */
export interface CopiesQuestion<T> {
  /** A short name for logs and `extensions.stores`. */
  readonly operation: string;
  readonly pipeline: readonly Document[];
  readonly decode: (found: Document | undefined) => T;
}

// A command may have 16 MiB, and needs some of it for itself.
const maxPipelineBytes = 15 * 1_024 * 1_024;

/**
 * Questions → answers, same length, same order, by one aggregation, in which they are answered one after another.
 * FILTER_TOO_BROAD for those with more names than fit in it; fails whole with the driver's error.
 */
export async function readCopies(
  copies: Collection<Document & { _id: string }>,
  questions: readonly CopiesQuestion<unknown>[],
  signal: AbortSignal,
  deadlineMs: number,
): Promise<Answer<unknown>[]> {
  let bytes = 0;
  const fits = questions.map(({ pipeline }) => {
    const more = BSON.calculateObjectSize({ pipeline });
    if (bytes + more > maxPipelineBytes) return false;
    bytes += more;
    return true;
  });
  const [first, ...rest] = questions.flatMap(({ pipeline }, n) =>
    fits[n] ? [[...pipeline, { $project: { _id: 0, n: { $literal: n }, answer: '$$ROOT' } }]] : [],
  );
  const answers = new Map<number, Document>();
  if (first) {
    const unions = rest.map((pipeline) => ({ $unionWith: { coll: copies.collectionName, pipeline } }));
    const batchSize = questions.length + 1;
    const options = { signal, maxTimeMS: deadlineMs, batchSize, comment: operationOf(questions) };
    const cursor = copies.aggregate<{ n: number; answer: Document }>([...first, ...unions], options);
    for (const { n, answer } of await cursor.toArray()) answers.set(n, answer);
  }
  return questions.map(({ decode }, n) => (fits[n] ? decode(answers.get(n)) : tooBroad()));
}

/** The questions of a batch, for logs and `extensions.stores`. */
export function operationOf(questions: readonly CopiesQuestion<unknown>[]): string {
  return [...new Set(questions.map(({ operation }) => operation))].join('+');
}

const tooBroad = () =>
  new ModelGraphError(
    'FILTER_TOO_BROAD',
    'The conditions on "config" find more names than MongoDB can be asked about at once. Add conditions that fewer configurations meet.',
    { store: 'MONGODB' },
  );
