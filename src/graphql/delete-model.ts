import { type DeleteModelSuccess, deleteModel } from '../operations/delete-model.ts';
import { builder } from './builder.ts';
import { StoreEnum } from './enums.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { encodeNodeId } from './node-id.ts';
import { fromAll, gatewaySource } from './provenance.ts';

const DeleteModelInput = builder.inputType('DeleteModelInput', {
  description: 'A model to delete.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    name: t.string({ required: true, description: 'Its name.' }),
  }),
});

const DeleteModelSuccessType = builder.objectRef<DeleteModelSuccess>('DeleteModelSuccess').implement({
  description: 'The model is deleted.',
  extensions: gatewaySource,
  fields: (t) => ({
    deletedId: t.id({
      nullable: false,
      description: 'The `id` that it had, for client caches.',
      resolve: ({ name }) => encodeNodeId('ModelInfo', name),
    }),
    sequence: t.expose('sequence', {
      type: 'Int64',
      nullable: false,
      description: 'The number of its event.',
    }),
    purged: t.expose('purged', {
      type: [StoreEnum],
      nullable: { list: false, items: false },
      description:
        'The stores that hold nothing of it any more. One that is missing here could not be reached in time; its purge stays pending.',
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
      'Deletes a model from all stores, with its versions, runs, configurations and counters; its history stays. Refused while a version of it is live. PostgreSQL decides: another store that is away does not undo it.',
    extensions: fromAll,
    args: { input: t.arg({ type: DeleteModelInput, required: true, description: 'The model.' }) },
    resolve: (_, { input }, context) => runOperation(deleteModel, context, input),
  }),
);
