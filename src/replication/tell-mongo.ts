import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import { modelState } from '../stores/postgres/model-states.ts';
import type { Claim, OutboxRow, Refused } from '../stores/postgres/outbox-claim.ts';
import { type RunDocument, runDocument } from '../stores/postgres/run-documents.ts';
import { reconcileRuns } from './reconcile-mongo.ts';

/** So few that neither the gateway nor MongoDB is busy with them for long at a stretch. */
const runsPerWrite = 40;
const bytesPerWrite = 16 * 1_024 * 1_024;

/** Tells MongoDB: deleted models, documents of runs, and how the models concerned are now. */
export async function tellMongo(mongo: Stores['mongo'], { rows, ask }: Claim): Promise<readonly Refused[]> {
  const { copies } = mongo;
  for (const { modelName, sequence, deletedAt } of rows) {
    // A model that is reconciled and not there has left something behind.
    if (deletedAt !== null)
      await copies.purgeModel({ name: modelName, sequence, deletedAt: new Date(deletedAt) });
  }
  // What is refused of a model is told with its last row, the one whose state it was.
  const last = new Map<ModelName, string>(rows.map(({ modelName, sequence }) => [modelName, sequence]));
  const names = [...last.keys()];
  const states = ask(modelState, names);
  // Heard below; what fails before is thrown, and must not leave it unheard.
  states.catch(() => {});
  const refused: Refused[] = [];
  const tellRuns = async (
    told: readonly OutboxRow[],
    documents: readonly (RunDocument | null | undefined)[],
  ) => {
    // A run that is gone went with its model, of which a later row tells.
    const runs = told.flatMap(({ sequence }, n) => (documents[n] ? [{ sequence, ...documents[n] }] : []));
    const sequences = new Map(runs.map(({ id, sequence }) => [id, sequence]));
    for (const { id, reason } of runs.length > 0 ? await copies.writeRuns(runs) : [])
      refused.push({ sequence: sequences.get(id) ?? '', reason });
  };
  // What came with the claim is told while the states are read.
  for (const some of slicesOf(
    rows.filter(({ run }) => run !== null),
    runsPerWrite,
  ))
    await tellRuns(
      some,
      some.map(({ run }) => run),
    );
  for (const group of groupsBySize(rows.filter(({ run }) => run === null)))
    await tellRuns(
      group,
      await ask(
        runDocument,
        group.map(({ subjectKey }) => String(subjectKey)),
      ),
    );
  for (const row of rows) {
    if (row.kind !== 'MODEL_RECONCILED') continue;
    const [reason] = await reconcileRuns(mongo, row, ask);
    if (reason !== undefined) refused.push({ sequence: row.sequence, reason });
  }
  // Last, so that whoever reads here that a model is as of an event finds all that came before it.
  const found = await states;
  const unwritten = await copies.writeModels(
    names.flatMap((id, n) => (found[n] ? [{ id, ...found[n] }] : [])),
  );
  for (const { id, reason } of unwritten) refused.push({ sequence: last.get(id as ModelName) ?? '', reason });
  return refused;
}

/** In order, so many at a time. */
function slicesOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** Registered runs, as many at a time as have documents of 16 MiB together. */
function groupsBySize(rows: readonly OutboxRow[]): OutboxRow[][] {
  const groups: OutboxRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    if (row.documentBytes === null) continue;
    bytes += row.documentBytes;
    const group = groups.at(-1);
    if (group && bytes <= bytesPerWrite) group.push(row);
    else {
      groups.push([row]);
      bytes = row.documentBytes;
    }
  }
  return groups;
}
