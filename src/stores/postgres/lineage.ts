import { type SQL, sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { artifactJson } from './artifacts.ts';
import { askOne } from './ask.ts';
import { datasetJson } from './datasets.ts';
import { deploymentJson } from './deployments.ts';
import { type Keys, textKeys } from './keys.ts';
import type { Question } from './question.ts';
import { runJson } from './runs.ts';
import { artifacts, datasets, deployments, modelVersions, runDatasets, trainingRuns } from './tables.ts';

export type LineageType = 'Dataset' | 'TrainingRun' | 'ModelVersion' | 'Artifact' | 'Deployment';

/** `key` is unique within its type; `row` is that type's row, or for a version its key. */
export interface LineageNodeRow {
  readonly type: LineageType;
  readonly key: string;
  readonly row: object;
}

/** Between two nodes of the answer, each as `<type>:<key>`. */
export interface LineageEdgeRow {
  readonly from: string;
  readonly to: string;
  readonly relation: string;
}

export interface LineageRows {
  readonly nodes: readonly LineageNodeRow[] | null;
  readonly edges: readonly LineageEdgeRow[] | null;
}

/**
 * What a model's versions were made of (UPSTREAM: runs, datasets), or what was made of them (DOWNSTREAM: artifacts,
 * deployments), nearest first and newest versions first: at most `limit` nodes, and the edges between them.
 * Whoever asks for one node more than needed knows whether it was cut.
 */
export function lineage(
  direction: 'UPSTREAM' | 'DOWNSTREAM',
  depth: number,
  limit: number,
): Question<ModelName, LineageRows | undefined> {
  return askOne<ModelName, LineageRows>({
    name: `lineage${direction}`,
    keys: textKeys as Keys<ModelName>,
    values: { depth, limit },
    from: sql`(
      with versions as (
        select ${modelVersions.modelName} as model_name, ${modelVersions.version} as version, ${modelVersions.runId} as run_id,
          ${modelVersions.version} || ':' || ${modelVersions.modelName} as key
        from ${modelVersions} where ${modelVersions.modelName} = k.key
        order by ${modelVersions.version} desc limit ${sql.placeholder('limit')}
      ), found as (${steps[direction]}), nodes as (
        select * from found where depth <= ${sql.placeholder('depth')}::int
        order by depth, place, key limit ${sql.placeholder('limit')}
      )
      select (select json_agg(json_build_object('type', type, 'key', key, 'row', row) order by depth, place, key) from nodes) as nodes,
        (select json_agg(json_build_object('from', source, 'to', target, 'relation', relation) order by source, target, relation)
          from (${edges[direction]}) as edges
          where source in (select type || ':' || key from nodes) and target in (select type || ':' || key from nodes)) as edges
    ) as graph`,
    where: sql`true`,
    row: sql`json_build_object('nodes', nodes, 'edges', edges)`,
  });
}

const versionNodes = sql`select 1 as depth, -version as place, 'ModelVersion' as type, key,
  json_build_object('name', model_name, 'version', version) as row from versions`;

/**
 * What hangs on the model's newest versions, `limit` rows at most. The limit comes before the model's name is compared,
 * so that no more is ever read: a version may have been deployed a hundred thousand times, which no estimate foresees.
 */
function firstOf(table: typeof artifacts | typeof deployments, json: SQL): SQL {
  const order = [table.modelName, table.version, table.createdAt, table.id].map(
    (column) => sql`${column} desc`,
  );
  return sql`(select ${table.modelName} as name, ${table.version} as version, ${table.id} as id, ${json} as row from ${table}
    where (${table.modelName}, ${table.version}) <= (k.key, 2147483647)
    order by ${sql.join(order, sql`, `)} limit ${sql.placeholder('limit')}) as newest where newest.name = k.key`;
}

const steps: Record<'UPSTREAM' | 'DOWNSTREAM', SQL> = {
  UPSTREAM: sql`${versionNodes}
    union all select 2, min(-versions.version), 'TrainingRun', ${trainingRuns.id}::text, ${runJson}
      from versions join ${trainingRuns} on ${trainingRuns.id} = versions.run_id group by ${trainingRuns.id}
    union all select 3, min(-versions.version), 'Dataset', ${datasets.id}::text, ${datasetJson}
      from versions join ${runDatasets} on ${runDatasets.runId} = versions.run_id
      join ${datasets} on ${datasets.id} = ${runDatasets.datasetId} group by ${datasets.id}`,
  DOWNSTREAM: sql`${versionNodes}
    union all select 2, -version, 'Artifact', id::text, row from ${firstOf(artifacts, artifactJson)}
    union all select 2, -version, 'Deployment', id::text, row from ${firstOf(deployments, deploymentJson)}`,
};

const edges: Record<'UPSTREAM' | 'DOWNSTREAM', SQL> = {
  UPSTREAM: sql`select 'TrainingRun:' || run_id as source, 'ModelVersion:' || key as target, 'PRODUCED' as relation
      from versions where run_id is not null
    union select 'Dataset:' || ${runDatasets.datasetId}, 'TrainingRun:' || ${runDatasets.runId}, ${runDatasets.role}
      from versions join ${runDatasets} on ${runDatasets.runId} = versions.run_id`,
  DOWNSTREAM: sql`select 'ModelVersion:' || (row ->> 'version') || ':' || (row ->> 'modelName') as source, type || ':' || key as target,
      case type when 'Artifact' then 'HAS_ARTIFACT' else 'DEPLOYED_AS' end as relation
    from nodes where type <> 'ModelVersion'`,
};
