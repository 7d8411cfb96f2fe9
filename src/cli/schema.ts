import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { printGatewaySchema } from '../graphql/schema.ts';

const file = fileURLToPath(new URL('../../schema/graphql/gateway.graphql', import.meta.url));

/** Writes the printed schema, or with `check` exits with 1 when the file differs from it. */
export async function printSchema({ check }: { check?: true }): Promise<void> {
  const printed = printGatewaySchema();
  if (!check) return writeFile(file, printed);
  const written = await readFile(file, 'utf8').catch(() => '');
  if (written === printed) return;
  console.error('schema/graphql/gateway.graphql is stale; run "npm run schema" and commit it.');
  process.exitCode = 1;
}
