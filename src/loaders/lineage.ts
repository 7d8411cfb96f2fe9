import type { ModelName } from '../model-name.ts';
import { lineage } from '../stores/postgres/lineage.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** What models are made of, and what is made of them. Source: PostgreSQL. */
export function lineageLoaders({ ask }: PostgresAsker) {
  return {
    ofModel: (name: ModelName, direction: 'UPSTREAM' | 'DOWNSTREAM', depth: number, limit: number) =>
      ask(lineage(direction, depth, limit), name),
  };
}
