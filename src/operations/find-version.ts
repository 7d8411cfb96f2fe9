import { z } from 'zod';
import type { ModelName } from '../model-name.ts';
import { notFound } from '../problems.ts';
import { askIn, type Transaction } from '../stores/postgres/transact.ts';
import { latestVersion, type VersionRow, versionByAlias, versionRow } from '../stores/postgres/versions.ts';
import { text, versionNumber } from './inputs.ts';

/** Which version of a model: by exactly one of number, alias, or being the latest. */
export const versionRef = z
  .object({ number: versionNumber.nullish(), alias: text(100).nullish(), latest: z.boolean().nullish() })
  .refine(
    ({ number, alias, latest }) =>
      [number, alias, latest].filter((given) => given != null).length === 1 && latest !== false,
    'give one of number, alias, or latest: true',
  );

/** The version that is meant, as the transaction sees it. Refuses with NotFoundError. */
export async function findVersion(
  transaction: Transaction,
  name: ModelName,
  { number, alias }: z.output<typeof versionRef>,
): Promise<VersionRow> {
  const find = () => {
    if (number != null) return askIn(transaction, versionRow, { name, version: number });
    if (alias != null) return askIn(transaction, versionByAlias, { name, alias });
    return askIn(transaction, latestVersion, name);
  };
  const version = await find();
  if (version) return version;
  const which = number != null ? `version ${number}` : alias != null ? `alias "${alias}"` : 'latest version';
  throw notFound('ModelVersion', `${name} ${which}`);
}
