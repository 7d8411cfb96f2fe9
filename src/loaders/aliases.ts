import type { ModelName } from '../model-name.ts';
import { aliasesOfModel, aliasesOfVersion } from '../stores/postgres/aliases.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Names that point at a version and can move. Source: PostgreSQL. */
export function aliasLoaders({ ask }: PostgresAsker) {
  return {
    ofModel: (name: ModelName) => ask(aliasesOfModel, name),
    ofVersion: (key: VersionKey) => ask(aliasesOfVersion, key),
  };
}
