import { type SetModelAliasSuccess, setModelAlias } from '../operations/set-model-alias.ts';
import { builder } from './builder.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { ModelInfoRef } from './refs.ts';

const SetModelAliasInput = builder.inputType('SetModelAliasInput', {
  description: 'Where an alias shall point.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    modelName: t.string({ required: true, description: 'The model.' }),
    alias: t.string({ required: true, description: 'The alias, such as champion; made when there is none.' }),
    version: t.int({ description: 'The version it shall point at; left out, the alias is removed.' }),
    expectedVersion: t.int({
      description: 'Only when it points at this version now (0: when there is no such alias).',
    }),
    reason: t.string({ description: 'Why, for the history.' }),
  }),
});

const SetModelAliasSuccessType = builder.objectRef<SetModelAliasSuccess>('SetModelAliasSuccess').implement({
  description: 'The alias points where it should.',
  extensions: postgresSource,
  fields: (t) => ({
    model: t.expose('model', { type: ModelInfoRef, nullable: false, description: 'The model.' }),
    previousVersion: t.exposeInt('previousVersion', {
      description: 'Where it pointed before; null when there was no such alias.',
    }),
    sequence: t.expose('sequence', {
      type: 'Int64',
      nullable: false,
      description: 'The number of its event.',
    }),
  }),
});

builder.mutationField('setModelAlias', (t) =>
  t.field({
    type: resultUnion(SetModelAliasSuccessType, [
      'NotFoundError',
      'ConflictError',
      'ProtectedAliasError',
      'IdempotencyConflictError',
    ]),
    description: 'Moves, makes or removes an alias: at once, only from where it was expected, and audited.',
    extensions: fromPostgres,
    args: { input: t.arg({ type: SetModelAliasInput, required: true, description: 'The alias.' }) },
    resolve: (_, { input }, context) => runOperation(setModelAlias, context, input),
  }),
);
