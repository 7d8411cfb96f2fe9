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

const steps: Record<'UPSTREAM' | 'DOWNSTREAM', SQL> = {
  UPSTREAM: sql`${versionNodes}
    union all select 2, min(-versions.version), 'TrainingRun', ${trainingRuns.id}::text, ${runJson}
      from versions join ${trainingRuns} on ${trainingRuns.id} = versions.run_id group by ${trainingRuns.id}
    union all select 3, min(-versions.version), 'Dataset', ${datasets.id}::text, ${datasetJson}
      from versions join ${runDatasets} on ${runDatasets.runId} = versions.run_id
      join ${datasets} on ${datasets.id} = ${runDatasets.datasetId} group by ${datasets.id}`,
  DOWNSTREAM: sql`${versionNodes}
    union all select 2, -versions.version, 'Artifact', ${artifacts.id}::text, ${artifactJson}
      from versions join ${artifacts} on ${artifacts.modelName} = versions.model_name and ${artifacts.version} = versions.version
    union all select 2, -versions.version, 'Deployment', ${deployments.id}::text, ${deploymentJson}
      from versions join ${deployments} on ${deployments.modelName} = versions.model_name
        and ${deployments.version} = versions.version`,
};

const edges: Record<'UPSTREAM' | 'DOWNSTREAM', SQL> = {
  UPSTREAM: sql`select 'TrainingRun:' || run_id as source, 'ModelVersion:' || key as target, 'PRODUCED' as relation
      from versions where run_id is not null
    union select 'Dataset:' || ${runDatasets.datasetId}, 'TrainingRun:' || ${runDatasets.runId}, ${runDatasets.role}
      from versions join ${runDatasets} on ${runDatasets.runId} = versions.run_id`,
  DOWNSTREAM: sql`select 'ModelVersion:' || key as source, 'Artifact:' || ${artifacts.id} as target, 'HAS_ARTIFACT' as relation
      from versions join ${artifacts} on ${artifacts.modelName} = versions.model_name and ${artifacts.version} = versions.version
    union select 'ModelVersion:' || key, 'Deployment:' || ${deployments.id}, 'DEPLOYED_AS'
      from versions join ${deployments} on ${deployments.modelName} = versions.model_name
        and ${deployments.version} = versions.version`,
};
