import { badUserInput } from '../errors.ts';
import type { Loaders } from '../loaders/create-loaders.ts';
import type { ModelName } from '../model-name.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { VersionRow } from '../stores/postgres/versions.ts';
import { builder } from './builder.ts';
import { checkText } from './filters.ts';

export const VersionRefInput = builder.inputType('VersionRef', {
  description: 'Which version of a model: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    number: t.int({ description: 'Its number, from 1.' }),
    alias: t.string({ description: 'The alias that points at it now.' }),
    latest: t.boolean({ description: 'True: the version with the highest number.' }),
  }),
});

/** Reference → the version's row; undefined when the model has no such version. */
export function resolveVersionRef(
  { versions }: Loaders,
  name: ModelName,
  { number, alias, latest }: typeof VersionRefInput.$inferInput,
): Promise<VersionRow | undefined> {
  if (number != null) {
    if (number < 1) throw badUserInput(['ref', 'number'], 'Versions are numbered from 1.');
    return versions.byKey({ name, version: number });
  }
  if (alias != null) {
    checkText(alias, ['ref', 'alias']);
    return versions.byAlias(name, alias);
  }
  if (latest !== true) throw badUserInput(['ref', 'latest'], '"latest" can only be true.');
  return versions.latest(name);
}

/** A row's key, or null for a version that is not there. */
export const versionKeyOf = (row: VersionRow | undefined): VersionKey | null =>
  row ? { name: row.modelName, version: row.version } : null;
