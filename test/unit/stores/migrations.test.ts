import { readdirSync, readFileSync } from 'node:fs';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { describe, expect, it } from 'vitest';
import * as dayTables from '../../../src/stores/postgres/day-tables.ts';
import * as eventTables from '../../../src/stores/postgres/event-tables.ts';
import * as metricTables from '../../../src/stores/postgres/metric-tables.ts';
import * as tables from '../../../src/stores/postgres/tables.ts';
import * as views from '../../../src/stores/postgres/views.ts';

describe('the migrations', () => {
  it('say the same as the tables: nobody forgot "npm run schema"', async () => {
    const snapshots = readdirSync('schema/postgres/meta')
      .filter((file) => file.endsWith('_snapshot.json'))
      .sort();
    const latest = JSON.parse(readFileSync(`schema/postgres/meta/${snapshots.at(-1)}`, 'utf8'));
    const now = generateDrizzleJson(
      { ...tables, ...metricTables, ...dayTables, ...eventTables, ...views },
      latest.id,
    );
    expect(await generateMigration(latest, now)).toEqual([]);
  });
});
