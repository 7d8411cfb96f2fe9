import { type DeleteModelSuccess, deleteModel } from '../operations/delete-model.ts';
import { builder } from './builder.ts';
import { StoreEnum } from './enums.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { encodeNodeId } from './node-id.ts';
import { fromAll, postgresSource } from './provenance.ts';

const DeleteModelInput = builder.inputType('DeleteModelInput', {
  description: 'A model to delete.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    name: t.string({ required: true, description: 'Its name.' }),
  }),
});

const DeleteModelSuccessType = builder.objectRef<DeleteModelSuccess>('DeleteModelSuccess').implement({
  description: 'The model is gone.',
  extensions: postgresSource,
  fields: (t) => ({
    deletedId: t.id({
      nullable: false,
      description: 'The `id` that it had, for client caches.',
      resolve: ({ deleted }) => encodeNodeId('ModelInfo', deleted),
    }),
    purged: t.expose('purged', {
      type: [StoreEnum],
      nullable: { list: false, items: false },
      description: 'The stores that hold nothing of it any more. One that is away is noted, and told later.',
    }),
    sequence: t.expose('sequence', {
      type: 'Int64',
      nullable: false,
      description: 'The number of its event.',
    }),
  }),
});

builder.mutationField('deleteModel', (t) =>
  t.field({
    type: resultUnion(DeleteModelSuccessType, [
      'NotFoundError',
      'InvalidTransitionError',
      'IdempotencyConflictError',
    ]),
    description:
      'Deletes a model with its versions, runs, documents and counters; not while it is live. Its history stays, and its name may be registered again.',
    extensions: fromAll,
    args: { input: t.arg({ type: DeleteModelInput, required: true, description: 'The model.' }) },
    resolve: (_, { input }, context) => runOperation(deleteModel, context, input),
  }),
);
