import type { ModelName } from '../model-name.ts';
import { frameworkStats } from '../stores/postgres/framework-stats.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import { metricHistory } from '../stores/postgres/metric-history.ts';
import { metricsOfRun } from '../stores/postgres/metrics.ts';
import { bestRun } from '../stores/postgres/rankings.ts';
import { runCount } from '../stores/postgres/run-count.ts';
import type { RunFilter } from '../stores/postgres/run-filter.ts';
import type { RunOrder } from '../stores/postgres/run-order.ts';
import { type RunOwner, type RunRow, runOfVersion, runPage, runRow } from '../stores/postgres/runs.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Training runs and their metrics. Source: PostgreSQL. */
export function runLoaders({ ask, prime }: PostgresAsker) {
  const remember = (row: RunRow) => prime(runRow, row.id, row);
  return {
    byId: (id: string) => ask(runRow, id),
    ofVersion: (key: VersionKey) => ask(runOfVersion, key),
    async page(owner: RunOwner, key: string, filter: RunFilter, order: RunOrder, page: PageRequest) {
      const runs = await ask(runPage(owner, filter, order, page), key);
      runs.rows.forEach(remember);
      return runs;
    },
    count: (owner: RunOwner, key: string, filter: RunFilter) => ask(runCount(owner, filter), key),
    metrics: (id: string, names: readonly string[] | undefined) => ask(metricsOfRun(names), id),
    metricHistory: (id: string, key: string, maxPoints: number) => ask(metricHistory(key, maxPoints), id),
    bestOfModel: (name: ModelName, metric: string, descending: boolean) =>
      ask(bestRun(metric, descending), name),
    byFramework: (metric: string, since: string | null) => ask(frameworkStats(since), metric),
  };
}
