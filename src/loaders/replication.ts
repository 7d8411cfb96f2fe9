import { oldestDeadLetters } from '../stores/postgres/dead-letters.ts';
import { replicationOfRun, replicationStatus } from '../stores/postgres/replication.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** How far what PostgreSQL decided is on its way to the other stores. */
export function replicationLoaders({ ask }: PostgresAsker) {
  return {
    /** The configuration of a run; undefined: it has none. */
    ofRun: (id: string) => ask(replicationOfRun, id),
    oldestDeadLetters: (most: number) => ask(oldestDeadLetters, most),
    status: () => ask(replicationStatus, ''),
  };
}
