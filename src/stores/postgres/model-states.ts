import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll, askOne, jsonRow } from './ask.ts';
import type { Environment } from './deployments.ts';
import { modelEvents } from './event-tables.ts';
import { type Keys, textKeys } from './keys.ts';
import { modelMetrics } from './metric-tables.ts';
import { deployments, modelAliases, models, modelVersions, trainingRuns } from './tables.ts';

/** What the registry knows of a model in short, as it is copied into MongoDB. Moments are RFC 3339 with microseconds. */
export interface ModelSummary {
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly latestVersion: number | null;
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
  readonly frameworks: readonly string[];
  /** The highest and lowest finite values that its runs ended with. */
  readonly metrics: readonly { readonly key: string; readonly highest: number; readonly lowest: number }[];
  /** Where a version of it is ACTIVE. */
  readonly environments: readonly Environment[];
}

/** A model in one moment: after the event of that sequence, "0" for none, and before the next. */
export interface ModelState {
  readonly sequence: string;
  /** Null: there is no such model, or no more. */
  readonly model: ModelSummary | null;
}

const list = (rows: ReturnType<typeof sql>) => sql`array(${rows})`;

// A model's runs are many and its frameworks few: one step of the index for each. https://wiki.postgresql.org/wiki/Loose_indexscan
const frameworks = sql`with recursive found as (
    select min(${trainingRuns.framework}) as framework from ${trainingRuns} where ${trainingRuns.modelName} = k.key
    union all
    select (select min(${trainingRuns.framework}) from ${trainingRuns}
      where ${trainingRuns.modelName} = k.key and ${trainingRuns.framework} > found.framework)
    from found where found.framework is not null
  ) select framework from found where framework is not null`;

const summary = jsonRow({
  description: models.description,
  tags: models.tags,
  createdAt: models.createdAt,
  updatedAt: models.updatedAt,
  latestVersion: sql`(select max(${modelVersions.version}) from ${modelVersions} where ${modelVersions.modelName} = k.key)`,
  aliases:
    list(sql`select json_build_object('alias', ${modelAliases.alias}, 'version', ${modelAliases.version})
    from ${modelAliases} where ${modelAliases.modelName} = k.key order by ${modelAliases.alias}`),
  frameworks: list(frameworks),
  metrics:
    list(sql`select json_build_object('key', ${modelMetrics.key}, 'highest', ${modelMetrics.highest}, 'lowest', ${modelMetrics.lowest})
    from ${modelMetrics} where ${modelMetrics.modelName} = k.key and ${modelMetrics.framework} = '' order by ${modelMetrics.key}`),
  environments: list(sql`select distinct ${deployments.environment} from ${deployments}
    where ${deployments.modelName} = k.key and ${deployments.status} = 'ACTIVE' order by ${deployments.environment}`),
});

/** Each model as it is now, known or not: one statement, so that the sequence and the state belong together. */
export const modelState = askOne<ModelName, ModelState>({
  name: 'modelState',
  keys: textKeys as Keys<ModelName>,
  from: sql`(select coalesce(max(${modelEvents.sequence}), 0)::text as sequence from ${modelEvents}
    where ${modelEvents.modelName} = k.key) e left join ${models} on ${models.name} = k.key`,
  where: sql`true`,
  row: sql`json_build_object('sequence', e.sequence, 'model', case when ${models.name} is not null then ${summary} end)`,
});

/** A model's place on the board of a metric. */
export interface ScoreKey {
  readonly name: ModelName;
  readonly metric: string;
}

/** The highest finite value that any of the model's runs ended with, or null; after the model's event of that sequence. */
export interface ScoreState {
  readonly sequence: string;
  readonly score: number | null;
}

const scoreKeys: Keys<ScoreKey> = {
  keyOf: ({ name, metric }) => JSON.stringify([name, metric]),
  columns: (keys) => ({ names: keys.map(({ name }) => name), metrics: keys.map(({ metric }) => metric) }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('metrics')}::text[]) with ordinality as k(name, metric, i)`,
};

/** What the board of a metric must say of a model. */
export const scoreState = askOne<ScoreKey, ScoreState>({
  name: 'scoreState',
  keys: scoreKeys,
  from: sql`(select coalesce(max(${modelEvents.sequence}), 0)::text as sequence from ${modelEvents}
    where ${modelEvents.modelName} = k.name) e left join ${modelMetrics} on ${modelMetrics.modelName} = k.name
    and ${modelMetrics.key} = k.metric and ${modelMetrics.framework} = ''`,
  where: sql`true`,
  row: jsonRow({ sequence: sql`e.sequence`, score: modelMetrics.highest }),
});

/** Places on the board of a metric behind one of them, from the lowest score on. */
export interface PlacesAfter {
  readonly metric: string;
  readonly score: number | string;
  readonly name: string;
}

/** Before all places. */
export const firstPlaces = { score: '-Infinity', name: '' };

export const placesPerPage = 1_000;

const placeKeys: Keys<PlacesAfter> = {
  keyOf: ({ metric, score, name }) => JSON.stringify([metric, score, name]),
  columns: (keys) => ({
    metrics: keys.map(({ metric }) => metric),
    scores: keys.map(({ score }) => String(score)),
    names: keys.map(({ name }) => name),
  }),
  unnest: sql`unnest(${sql.placeholder('metrics')}::text[], ${sql.placeholder('scores')}::text[], ${sql.placeholder('names')}::text[])
    with ordinality as k(metric, score, name, i)`,
};

/** The next thousand places on the board of a metric, by index, each after the model's event of that sequence. */
export const boardPlaces = askAll<PlacesAfter, ScoreState & { readonly name: ModelName }>({
  name: 'boardPlaces',
  keys: placeKeys,
  from: sql`(select ${modelMetrics.modelName} as name, ${modelMetrics.highest} as score from ${modelMetrics}
    where ${modelMetrics.key} = k.metric and ${modelMetrics.framework} = ''
      and (${modelMetrics.highest}, ${modelMetrics.modelName}) > (k.score::double precision, k.name)
    order by ${modelMetrics.highest}, ${modelMetrics.modelName} limit ${sql.raw(String(placesPerPage))}) place`,
  where: sql`true`,
  orderBy: sql`place.score, place.name`,
  row: jsonRow({
    name: sql`place.name`,
    score: sql`place.score`,
    sequence: sql`(select coalesce(max(${modelEvents.sequence}), 0)::text from ${modelEvents} where ${modelEvents.modelName} = place.name)`,
  }),
});
