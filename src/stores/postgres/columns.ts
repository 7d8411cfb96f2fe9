import { type AnyColumn, sql } from 'drizzle-orm';
import { customType, jsonb, timestamp } from 'drizzle-orm/pg-core';

/** Microseconds are kept: mode "string" never passes through a JavaScript Date. */
export const instant = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 6, mode: 'string' });
/** A model's name. By byte whatever the database's locale, as the other stores order names. */
export const modelName = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
/** Bytes as they are. */
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
/** A set of a day's runs, one bit each; see `runDays`. */
export const bits = customType<{ data: string }>({ dataType: () => 'bit varying' });
export const createdAt = () => instant('created_at').notNull().defaultNow();
export const tags = () => jsonb('tags').$type<Record<string, string>>().notNull().default({});

/** What an ordering by value can hold: PostgreSQL would sort NaN above every number. */
export const isNumber = (value: AnyColumn) => sql`${value} <> 'NaN'`;
export const isFiniteNumber = (value: AnyColumn) => sql`${value} > '-Infinity' and ${value} < 'Infinity'`;

/** How long a run took in seconds, to the microsecond; null while it has no end. An ordering by it must say it so. */
export const runDuration = (run: { startedAt: AnyColumn; endedAt: AnyColumn }) =>
  sql`(extract(epoch from ${run.endedAt} - ${run.startedAt}))`;
