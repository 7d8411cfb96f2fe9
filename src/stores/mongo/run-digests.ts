import { createHash } from 'node:crypto';
import { BSON, type Collection, Long } from 'mongodb';
import type { ConfigAtRest } from './configs.ts';

/** What a run's document is. */
export interface RunCopyDigest {
  readonly id: string;
  readonly framework: string | null;
  /** Of the BSON of the document, in hex. */
  readonly sha256: string;
}

/** Which of a model's run documents, by their ids: behind `after`, up to and with `upTo` or to the end. */
export interface RunRange {
  readonly modelName: string;
  readonly after: string;
  readonly upTo: string | null;
}

/** Reads documents one after the other, in the order of their ids, by index. Rejects with the driver's error. */
export async function readRunDigests(
  configs: Collection<ConfigAtRest>,
  { modelName, after, upTo }: RunRange,
  deadlineMs: number,
): Promise<RunCopyDigest[]> {
  const range = { $gt: after, ...(upTo !== null && { $lte: upTo }) };
  const cursor = configs
    .find(
      { modelName, kind: 'RUN', _id: range },
      // Unpromoted, so that its bytes are those that were written.
      { promoteValues: false, maxTimeMS: deadlineMs, comment: 'readRunDigests' },
    )
    .sort({ _id: 1 });
  const digests: RunCopyDigest[] = [];
  for await (const { _id, framework, document } of cursor)
    digests.push({
      id: String(_id),
      framework: framework === null ? null : String(framework),
      sha256: createHash('sha256')
        .update(BSON.serialize(document ?? {}))
        .digest('hex'),
    });
  return digests;
}

/** Removes documents of runs that are not there any more, but for those of a later sequence. Rejects with the driver's error. */
export async function deleteRuns(
  configs: Collection<ConfigAtRest>,
  ids: readonly string[],
  sequence: string,
  deadlineMs: number,
): Promise<void> {
  const older = [{ sequence: { $lt: Long.fromString(sequence) } }, { sequence: null }];
  await configs.deleteMany(
    { _id: { $in: [...ids] }, kind: 'RUN', $or: older as never },
    { maxTimeMS: deadlineMs, comment: 'deleteRuns' },
  );
}
