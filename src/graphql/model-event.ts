import type { Loaders } from '../loaders/create-loaders.ts';
import { isModelName, type ModelName } from '../model-name.ts';
import type { EventRow } from '../stores/postgres/events.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { isUuid } from './node-id.ts';
import { type PageArguments, resolvePage } from './page.ts';
import { postgresSource } from './provenance.ts';
import { isRowWith, ModelEventRef, ModelInfoRef } from './refs.ts';
import { versionKeyOf } from './version-ref.ts';

builder.node(ModelEventRef, {
  description: 'Something that happened: who did what, when.',
  extensions: postgresSource,
  isTypeOf: isRowWith('sequence'),
  id: { resolve: ({ sequence }) => sequence },
  loadOne: (key, { loaders }) => (/^[1-9]\d{0,17}$/.test(key) ? loaders.events.bySequence(key) : null),
  fields: (t) => ({
    sequence: t.expose('sequence', {
      type: 'Int64',
      nullable: false,
      description: 'Its number; those of one model grow in the order in which they happened.',
    }),
    kind: t.exposeString('kind', {
      nullable: false,
      description: 'What happened, such as ALIAS_SET. More kinds may come.',
    }),
    at: t.expose('at', { type: 'DateTime', nullable: false, description: 'When.' }),
    actor: t.exposeString('actor', { description: 'Who did it; null when nobody said.' }),
    model: t.field({
      type: ModelInfoRef,
      description: 'The model it happened to; null for what concerns no model, such as a dataset.',
      resolve: ({ modelName }) => modelName,
    }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      description: 'What it happened to, when not the model itself; null when that is gone.',
      resolve: (event, _, { loaders }) => loadSubject(event, loaders),
    }),
    before: t.field({ type: 'JSON', description: 'How it was.', resolve: ({ before }) => before }),
    after: t.field({ type: 'JSON', description: 'How it is since.', resolve: ({ after }) => after }),
  }),
});

// No foreign key holds what is written there: what cannot be a key must not fail all that is asked beside it.
async function loadSubject({ subjectType, subjectKey: key }: EventRow, loaders: Loaders) {
  if (key === null) return null;
  if (subjectType === 'ModelVersion') {
    const [, number, name = ''] = /^(\d{1,9}):(.+)$/su.exec(key) ?? [];
    return isModelName(name)
      ? versionKeyOf(await loaders.versions.byKey({ name, version: Number(number) }))
      : null;
  }
  if (!isUuid(key)) return null;
  switch (subjectType) {
    case 'Deployment':
      return loaders.deployments.byId(key);
    case 'TrainingRun':
      return loaders.runs.byId(key);
    case 'Dataset':
      return loaders.datasets.byId(key);
    case 'Artifact':
      return loaders.artifacts.byId(key);
    default:
      return null;
  }
}

/** A page of what happened to a model. */
export const resolveHistory = (name: ModelName, args: PageArguments, context: GraphQLContext) =>
  resolvePage(args, context, {
    list: `events of ${name}`,
    orderKey: ({ sequence }: EventRow) => [sequence],
    load: (page) => context.loaders.events.pageOfModel(name, page),
    count: () => context.loaders.events.countOfModel(name),
    toNode: (row) => row,
  });
