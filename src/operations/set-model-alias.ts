import { z } from 'zod';
import type { ModelName } from '../model-name.ts';
import { conflict, invalidInput, notFound, protectedAlias } from '../problems.ts';
import { aliasesOfModel } from '../stores/postgres/aliases.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { versionRow } from '../stores/postgres/versions.ts';
import { deleteAlias, upsertAlias } from '../stores/postgres/write-aliases.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { touchModel } from '../stores/postgres/write-models.ts';
import { changesRoute, routeChanged } from './change-route.ts';
import { decide } from './decide.ts';
import { idempotencyKey, modelName, text, versionNumber } from './inputs.ts';
import { defineOperation } from './operation.ts';

const setModelAliasInput = z.object({
  idempotencyKey,
  modelName,
  alias: text(100).refine(
    (alias) => !/^\d+$/.test(alias),
    'cannot be a number, which would look like a version',
  ),
  version: versionNumber.nullish(),
  expectedVersion: z.int().min(0, 'give the version, or 0 for none').nullish(),
  reason: text(1_000).nullish(),
});

export interface SetModelAliasSuccess {
  readonly model: ModelName;
  readonly previousVersion: number | null;
  readonly sequence: string;
}

/**
 * Moves an alias, or without `version` removes it. With `expectedVersion` only when it points there now (0: nowhere),
 * else ConflictError with where it points. Refuses protected aliases.
 */
export const setModelAlias = defineOperation(setModelAliasInput, async (context, input) => {
  const answer = await decide<SetModelAliasSuccess>(
    context,
    { operation: 'setModelAlias', input },
    async (transaction) => {
      const { alias, version = null, expectedVersion, reason } = input;
      const name = input.modelName;
      if (!(await touchModel(transaction, name))) throw notFound('ModelInfo', name);
      const now = (await askIn(transaction, aliasesOfModel, name)).find((known) => known.alias === alias);
      const previousVersion = now?.version ?? null;
      if (now?.protected && version !== previousVersion) throw protectedAlias(alias);
      if (expectedVersion != null && expectedVersion !== (previousVersion ?? 0)) {
        const where = previousVersion === null ? 'does not exist' : `points at version ${previousVersion}`;
        throw conflict(`The alias "${alias}" ${where}, not at version ${expectedVersion}.`, now ?? null);
      }
      if (version === null && !now)
        throw invalidInput([{ path: ['alias'], message: 'there is no such alias to remove' }]);
      if (version !== null && !(await askIn(transaction, versionRow, { name, version })))
        throw notFound('ModelVersion', `${name} version ${version}`);
      if (version === null) await deleteAlias(transaction, name, alias);
      else await upsertAlias(transaction, { modelName: name, alias, version, setBy: context.actor });
      const sequence = await writeEvent(transaction, {
        kind: version === null ? 'ALIAS_REMOVED' : 'ALIAS_SET',
        modelName: name,
        subject: { type: 'ModelVersion', key: `${version ?? previousVersion}:${name}` },
        actor: context.actor,
        before: { alias, version: previousVersion },
        after: { alias, version, ...(reason != null && { reason }) },
        ...changesRoute,
      });
      return { model: name, previousVersion, sequence };
    },
  );
  await routeChanged(context, input.modelName);
  return answer;
});
