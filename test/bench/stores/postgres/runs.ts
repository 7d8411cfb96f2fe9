import type { PostgresClient } from '../../../../src/stores/postgres/client.ts';

/** The production client, on the database of the comparison; tables are in its schema `bench`. */
export interface PostgresRuns {
  readonly sql: PostgresClient;
}

/** Indexes for what the rows ask: by score, and all that the complex query reads of a run by its dataset. */
export const createTables = `
  create schema bench;
  create table bench.datasets (id text collate "C" primary key, team text not null);
  create index on bench.datasets (team);
  create table bench.runs (
    id text collate "C" primary key,
    dataset text collate "C" not null references bench.datasets,
    framework text not null,
    status text not null,
    accuracy double precision not null,
    seconds integer not null,
    note text not null
  );
  create index on bench.runs (accuracy desc) include (id);
  create index on bench.runs (dataset, status) include (framework, accuracy);`;
