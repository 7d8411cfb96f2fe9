import { type CreateDatasetSuccess, createDataset } from '../operations/create-dataset.ts';
import { builder } from './builder.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { DatasetRef } from './refs.ts';

const CreateDatasetInput = builder.inputType('CreateDatasetInput', {
  description: 'A version of a dataset to register.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    name: t.string({ required: true, description: 'What it is called, 1 to 200 characters.' }),
    version: t.string({ description: 'Which state of it; "1" when left out.' }),
    uri: t.string({ description: 'Where its rows are.' }),
    rowCount: t.field({ type: 'Int64', description: 'How many rows it has.' }),
    digest: t.string({ description: 'What its rows hash to, such as sha256:….' }),
  }),
});

const CreateDatasetSuccessType = builder.objectRef<CreateDatasetSuccess>('CreateDatasetSuccess').implement({
  description: 'The dataset is registered.',
  extensions: postgresSource,
  fields: (t) => ({
    dataset: t.expose('dataset', { type: DatasetRef, nullable: false, description: 'The dataset.' }),
    sequence: t.expose('sequence', {
      type: 'Int64',
      nullable: false,
      description: 'The number of its event.',
    }),
  }),
});

builder.mutationField('createDataset', (t) =>
  t.field({
    type: resultUnion(CreateDatasetSuccessType, ['ConflictError', 'IdempotencyConflictError']),
    description: 'Registers a version of a dataset.',
    extensions: fromPostgres,
    args: { input: t.arg({ type: CreateDatasetInput, required: true, description: 'The dataset.' }) },
    resolve: (_, { input }, context) => runOperation(createDataset, context, input),
  }),
);
