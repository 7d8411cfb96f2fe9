import type { ModelName } from '../model-name.ts';
import { eventCount, eventPage, eventRow } from '../stores/postgres/events.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** The audit: what happened to models. Source: PostgreSQL. */
export function eventLoaders({ ask }: PostgresAsker) {
  return {
    bySequence: (sequence: string) => ask(eventRow, sequence),
    pageOfModel: (name: ModelName, page: PageRequest) => ask(eventPage(page), name),
    countOfModel: (name: ModelName) => ask(eventCount, name),
  };
}
