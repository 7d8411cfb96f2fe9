import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['tables', 'metric-tables', 'day-tables', 'event-tables', 'views'].map(
    (file) => `./src/stores/postgres/${file}.ts`,
  ),
  out: './schema/postgres',
});
