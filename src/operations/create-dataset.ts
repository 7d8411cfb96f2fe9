import { v7 } from 'uuid';
import { z } from 'zod';
import { conflict } from '../problems.ts';
import { type DatasetRow, datasetByName, datasetRow } from '../stores/postgres/datasets.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { insertDataset } from '../stores/postgres/write-datasets.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { decide } from './decide.ts';
import { idempotencyKey, int64, text } from './inputs.ts';
import { defineOperation } from './operation.ts';

const createDatasetInput = z.object({
  idempotencyKey,
  name: text(200),
  version: text(200).nullish(),
  uri: text(2_000).nullish(),
  rowCount: int64.refine((count) => !count.startsWith('-'), 'cannot be less than 0').nullish(),
  digest: text(200).nullish(),
});

export interface CreateDatasetSuccess {
  readonly dataset: DatasetRow;
  readonly sequence: string;
}

/** Registers a version of a dataset. ConflictError with the one that is there, when name and version are taken. */
export const createDataset = defineOperation(createDatasetInput, (context, input) =>
  decide<CreateDatasetSuccess>(context, { operation: 'createDataset', input }, async (transaction) => {
    const { name, uri = null, rowCount = null, digest = null } = input;
    const version = input.version ?? '1';
    const id = v7();
    if (!(await insertDataset(transaction, { id, name, version, uri, rowCount, digest }))) {
      const current = await askIn(transaction, datasetByName, { name, version });
      throw conflict(`There already is a dataset "${name}" of version "${version}".`, current ?? null);
    }
    const sequence = await writeEvent(transaction, {
      kind: 'DATASET_CREATED',
      modelName: null,
      subject: { type: 'Dataset', key: id },
      actor: context.actor,
      after: { name, version, uri, rowCount, digest },
    });
    const dataset = await askIn(transaction, datasetRow, id);
    return { dataset: dataset as DatasetRow, sequence };
  }),
);
