import { compareRuns } from '../operations/compare-runs.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { Claim, OutboxRow } from '../stores/postgres/outbox-claim.ts';
import { runDocument } from '../stores/postgres/run-documents.ts';

const runsPerWrite = 50;

/** Makes a model's run documents what they must be: writes those that are not there or differ, removes those of no run. */
export async function reconcileRuns(
  mongo: Stores['mongo'],
  { modelName, sequence }: OutboxRow,
  ask: Claim['ask'],
): Promise<string[]> {
  const reasons: string[] = [];
  const wrong: string[] = [];
  const extra: string[] = [];
  for await (const { id, kind } of compareRuns(ask, mongo, modelName))
    (kind === 'EXTRA' ? extra : wrong).push(id);
  for (let from = 0; from < wrong.length; from += runsPerWrite) {
    const documents = await ask(runDocument, wrong.slice(from, from + runsPerWrite));
    const runs = documents.flatMap((document) => (document ? [{ ...document, sequence }] : []));
    for (const { reason } of await mongo.copies.writeRuns(runs)) reasons.push(reason);
  }
  if (extra.length > 0) await mongo.copies.deleteRuns(extra, sequence);
  return reasons;
}
