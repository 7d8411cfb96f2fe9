import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askOne, jsonRow } from './ask.ts';
import type { Environment } from './deployments.ts';
import type { Keys } from './keys.ts';
import { deployments, modelAliases, models, modelVersions } from './tables.ts';

/** Which version shall answer: that of a number or alias, the latest, or whichever has a share of production's traffic. */
export type RouteRef =
  | { readonly kind: 'NUMBER'; readonly number: number }
  | { readonly kind: 'ALIAS'; readonly alias: string }
  | { readonly kind: 'LATEST' }
  | { readonly kind: 'TRAFFIC' };

export interface RouteKey {
  readonly name: ModelName;
  readonly ref: RouteRef;
}

/** A deployment that answers. */
export interface RouteTarget {
  readonly version: number;
  /** RFC 3339 with microseconds: a version that was deleted and made again is another. */
  readonly versionCreatedAt: string;
  /** The version's tag `prediction_ttl_seconds`, as it was written; null: it has none. */
  readonly ttlTag: string | null;
  readonly environment: Environment;
  readonly trafficPercent: number;
  readonly endpoint: string;
}

export interface ServingRoute {
  /** RFC 3339 with microseconds: a model that was deleted and registered again is another. */
  readonly modelCreatedAt: string;
  /** The version that is meant; null: there is none, or for TRAFFIC none in particular. */
  readonly version: number | null;
  /** Those of the version, production first; or for TRAFFIC those with a share of production's traffic. */
  readonly targets: readonly RouteTarget[];
}

const routeKeys: Keys<RouteKey> = {
  keyOf: ({ name, ref }) => JSON.stringify([name, ref]),
  columns: (keys) => ({
    names: keys.map(({ name }) => name),
    kinds: keys.map(({ ref }) => ref.kind),
    numbers: keys.map(({ ref }) => (ref.kind === 'NUMBER' ? ref.number : 0)),
    aliases: keys.map(({ ref }) => (ref.kind === 'ALIAS' ? ref.alias : '')),
  }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('kinds')}::text[], ${sql.placeholder('numbers')}::int[],
    ${sql.placeholder('aliases')}::text[]) with ordinality as k(name, kind, number, alias, i)`,
};

const target = jsonRow({
  version: deployments.version,
  versionCreatedAt: modelVersions.createdAt,
  ttlTag: sql`${modelVersions.tags} ->> 'prediction_ttl_seconds'`,
  environment: deployments.environment,
  trafficPercent: deployments.trafficPercent,
  endpoint: deployments.endpoint,
});

/** Who answers for a model; undefined: there is no such model. */
export const servingRoute = askOne<RouteKey, ServingRoute>({
  name: 'servingRoute',
  keys: routeKeys,
  from: sql`${models} left join ${modelVersions} as meant on meant.model_name = k.name and meant.version = case k.kind
    when 'NUMBER' then k.number
    when 'ALIAS' then (select ${modelAliases.version} from ${modelAliases} where ${modelAliases.modelName} = k.name and ${modelAliases.alias} = k.alias)
    when 'LATEST' then (select max(${modelVersions.version}) from ${modelVersions} where ${modelVersions.modelName} = k.name)
    end`,
  where: sql`${models.name} = k.name`,
  row: jsonRow({
    modelCreatedAt: models.createdAt,
    version: sql`meant.version`,
    targets: sql`array(select ${target} from ${deployments} join ${modelVersions}
      on ${modelVersions.modelName} = ${deployments.modelName} and ${modelVersions.version} = ${deployments.version}
      where ${deployments.modelName} = k.name and ${deployments.status} = 'ACTIVE' and ${deployments.endpoint} is not null
        and case k.kind when 'TRAFFIC' then ${deployments.environment} = 'PRODUCTION' and ${deployments.trafficPercent} > 0
          else ${deployments.version} = meant.version end
      order by array_position(array['PRODUCTION', 'STAGING', 'DEVELOPMENT'], ${deployments.environment}), ${deployments.id})`,
  }),
});
