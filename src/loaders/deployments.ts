import type { ModelName } from '../model-name.ts';
import {
  deploymentCount,
  deploymentCountOfVersion,
  deploymentCountOnDataset,
  deploymentPage,
  deploymentPageOfVersion,
  deploymentPageOnDataset,
  deploymentRow,
  type Environment,
} from '../stores/postgres/deployments.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import { servingRoute } from '../stores/postgres/serving-routes.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Where versions are live. Source: PostgreSQL. */
export function deploymentLoaders({ ask }: PostgresAsker) {
  return {
    byId: (id: string) => ask(deploymentRow, id),
    /** Who answers for a version: of its active deployments with an endpoint that in production, else staging; null: none. */
    async endpointOf({ name, version }: VersionKey): Promise<string | null> {
      const route = await ask(servingRoute, { name, ref: { kind: 'NUMBER', number: version } });
      return route?.targets[0]?.endpoint ?? null;
    },
    pageOfModel: (name: ModelName, environment: Environment | null | undefined, page: PageRequest) =>
      ask(deploymentPage(environment, page), name),
    countOfModel: (name: ModelName, environment: Environment | null | undefined) =>
      ask(deploymentCount(environment), name),
    pageOfVersion: (key: VersionKey, page: PageRequest) => ask(deploymentPageOfVersion(page), key),
    countOfVersion: (key: VersionKey) => ask(deploymentCountOfVersion, key),
    pageOnDataset: (datasetId: string, page: PageRequest) => ask(deploymentPageOnDataset(page), datasetId),
    countOnDataset: (datasetId: string) => ask(deploymentCountOnDataset, datasetId),
  };
}
