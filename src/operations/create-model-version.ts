import { v7 } from 'uuid';
import { z } from 'zod';
import type { ModelName } from '../model-name.ts';
import { invalidInput, notFound } from '../problems.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import { runRow } from '../stores/postgres/runs.ts';
import { askIn, type Transaction } from '../stores/postgres/transact.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { ensureModel } from '../stores/postgres/write-models.ts';
import { insertArtifacts, insertVersion } from '../stores/postgres/write-versions.ts';
import { changesRoute, routeChanged } from './change-route.ts';
import { decide } from './decide.ts';
import { idempotencyKey, int64, modelName, tags, text, uuid } from './inputs.ts';
import { defineOperation } from './operation.ts';

const artifact = z.object({
  kind: text(100),
  uri: text(2_000),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'give 64 hexadecimal digits')
    .toLowerCase()
    .nullish(),
  sizeBytes: int64.refine((bytes) => !bytes.startsWith('-'), 'cannot be less than 0').nullish(),
});

const createModelVersionInput = z.object({
  idempotencyKey,
  modelName,
  runId: uuid.nullish(),
  artifacts: z.array(artifact).max(100, 'give at most 100 artifacts').nullish(),
  description: text(10_000).nullish(),
  tags,
});

export interface CreateModelVersionSuccess {
  readonly version: VersionKey;
  readonly sequence: string;
}

/**
 * Registers the model's next version, 1 more than its highest, with its artifacts; and the model itself, when it is new.
 * Without `runId` it is an imported version; with it, the run must be one of this model.
 */
export const createModelVersion = defineOperation(createModelVersionInput, async (context, input) => {
  const answer = await decide<CreateModelVersionSuccess>(
    context,
    { operation: 'createModelVersion', input },
    async (transaction) => {
      const { modelName: name, runId = null, description = null } = input;
      const { actor } = context;
      if (await ensureModel(transaction, name))
        await writeEvent(transaction, { kind: 'MODEL_REGISTERED', modelName: name, actor, after: { name } });
      if (runId !== null) await requireRunOf(transaction, name, runId);
      const tags = input.tags ?? {};
      const number = await insertVersion(transaction, { modelName: name, runId, description, tags });
      const version: VersionKey = { name, version: number };
      const artifacts = (input.artifacts ?? []).map(({ sha256 = null, sizeBytes = null, ...where }) => ({
        ...where,
        id: v7(),
        sha256,
        sizeBytes,
      }));
      await insertArtifacts(transaction, version, artifacts);
      const sequence = await writeEvent(transaction, {
        kind: 'VERSION_CREATED',
        modelName: name,
        subject: { type: 'ModelVersion', key: `${number}:${name}` },
        actor,
        after: { version: number, runId, description, tags, artifacts },
        ...changesRoute,
      });
      return { version, sequence };
    },
  );
  await routeChanged(context, input.modelName);
  return answer;
});

async function requireRunOf(transaction: Transaction, name: ModelName, runId: string): Promise<void> {
  const run = await askIn(transaction, runRow, runId);
  if (!run) throw notFound('TrainingRun', runId);
  if (run.modelName !== name)
    throw invalidInput([{ path: ['runId'], message: `is a run of "${run.modelName}", not of "${name}"` }]);
}
