import { artifactCount, artifactPage, artifactRow } from '../stores/postgres/artifacts.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Where a version's files are. Source: PostgreSQL. */
export function artifactLoaders({ ask }: PostgresAsker) {
  return {
    byId: (id: string) => ask(artifactRow, id),
    page: (key: VersionKey, page: PageRequest) => ask(artifactPage(page), key),
    count: (key: VersionKey) => ask(artifactCount, key),
  };
}
