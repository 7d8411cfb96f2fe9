import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askCount, askOne, askPage, jsonRow } from './ask.ts';
import { modelEvents } from './event-tables.ts';
import { type Keys, textKeys } from './keys.ts';
import type { PageRequest } from './keyset.ts';

/** What happened, as the audit has it. */
export interface EventRow {
  /** 64 bits, as text. */
  readonly sequence: string;
  readonly modelName: ModelName | null;
  readonly kind: string;
  /** GraphQL type and key of what it happened to; null: the model itself. */
  readonly subjectType: string | null;
  readonly subjectKey: string | null;
  readonly actor: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly at: string;
}

const row = jsonRow({
  sequence: sql`${modelEvents.sequence}::text`,
  modelName: modelEvents.modelName,
  kind: modelEvents.kind,
  subjectType: modelEvents.subjectType,
  subjectKey: modelEvents.subjectKey,
  actor: modelEvents.actor,
  before: modelEvents.before,
  after: modelEvents.after,
  at: modelEvents.at,
});

const sequenceKeys: Keys<string> = {
  ...textKeys,
  unnest: sql`unnest(${sql.placeholder('keys')}::bigint[]) with ordinality as k(key, i)`,
};

/** One event by its sequence. */
export const eventRow = askOne<string, EventRow>({
  name: 'eventRow',
  keys: sequenceKeys,
  from: sql`${modelEvents}`,
  where: sql`${modelEvents.sequence} = k.key`,
  row,
});

const ofModel = {
  name: 'events',
  keys: textKeys as Keys<ModelName>,
  from: sql`${modelEvents}`,
  where: sql`${modelEvents.modelName} = k.key`,
};

/** A page of a model's events, newest first. */
export function eventPage(page: PageRequest) {
  const order = { columns: [sql`${modelEvents.sequence}`], types: ['bigint'], descending: true };
  return askPage<ModelName, EventRow>({ ...ofModel, row, order, page });
}

export const eventCount = askCount<ModelName>(ofModel);
