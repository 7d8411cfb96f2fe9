import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll, jsonRow } from './ask.ts';
import type { Keys } from './keys.ts';
import { runConfigs, trainingRuns } from './tables.ts';

/** What a run's document in MongoDB must be. */
export interface RunDigest {
  readonly id: string;
  readonly framework: string;
  /** Of the BSON of its configuration, in hex. */
  readonly sha256: string;
}

/** A model's runs behind an id in the order of ids; from the first on, when it is the nil UUID. */
export interface RunsAfter {
  readonly name: ModelName;
  readonly after: string;
}

export const runsPerPage = 500;

const afterKeys: Keys<RunsAfter> = {
  keyOf: ({ name, after }) => `${after}:${name}`,
  columns: (keys) => ({ names: keys.map(({ name }) => name), afters: keys.map(({ after }) => after) }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('afters')}::uuid[]) with ordinality as k(name, after, i)`,
};

/** The next 500 runs of a model that have a configuration. */
export const runDigests = askAll<RunsAfter, RunDigest>({
  name: 'runDigests',
  keys: afterKeys,
  from: sql`(select ${trainingRuns.id} as id, ${trainingRuns.framework} as framework, ${runConfigs.document} as document
    from ${trainingRuns} join ${runConfigs} on ${runConfigs.runId} = ${trainingRuns.id}
    where ${trainingRuns.modelName} = k.name and ${trainingRuns.id} > k.after
    order by ${trainingRuns.id} limit ${sql.raw(String(runsPerPage))}) page`,
  where: sql`true`,
  orderBy: sql`page.id`,
  row: jsonRow({
    id: sql`page.id`,
    framework: sql`page.framework`,
    sha256: sql`encode(sha256(page.document), 'hex')`,
  }),
});
