import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/stores/postgres/tables.ts', './src/stores/postgres/views.ts'],
  out: './schema/postgres',
});
