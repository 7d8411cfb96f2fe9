import { parseJsonPointer, partOf, valueAt } from '../json-pointer.ts';
import { builder } from './builder.ts';
import { documentPointers } from './config-selection.ts';
import { MetricType } from './metric.ts';
import { mongoSource } from './provenance.ts';
import { isRowWith, ModelConfigRef } from './refs.ts';

builder.node(ModelConfigRef, {
  description: 'A schemaless document: every framework has its own shape.',
  extensions: mongoSource,
  isTypeOf: isRowWith('schemaVersion'),
  id: { resolve: ({ id }) => id },
  // Which parts will be looked at is not known here, so all of the document is read.
  loadOne: (key, { loaders }) => loaders.configs.byId(key, [[]]),
  fields: (t) => ({
    modelName: t.exposeString('modelName', { nullable: false, description: 'The model it configures.' }),
    framework: t.exposeString('framework', { description: 'The library it is written for.' }),
    schemaVersion: t.exposeInt('schemaVersion', {
      nullable: false,
      description: 'Version of the envelope around the document, not of the document.',
    }),
    document: t.field({
      type: 'JSON',
      description:
        'The document, or only the parts at `paths`; positions in an array that no path names are then null.',
      extensions: { directives: { semanticNonNull: { levels: [0] } } },
      args: {
        paths: t.arg.stringList({
          description: 'JSON Pointers, such as "/architecture/layers"; only these are read.',
        }),
      },
      resolve: ({ document }, { paths }) => partOf(document, documentPointers(paths)),
    }),
    value: t.field({
      type: 'JSON',
      description: 'One value of the document; null when there is none, or when it is null.',
      args: {
        path: t.arg.string({
          required: true,
          description: 'A JSON Pointer, such as "/architecture/layers/0/units".',
        }),
      },
      resolve: ({ document }, { path }) => valueAt(document, parseJsonPointer(path, ['path'])),
    }),
    hyperparameters: t.field({
      type: 'JSON',
      description: 'What the document holds under "hyperparameters".',
      resolve: ({ document }) => valueAt(document, ['hyperparameters']),
    }),
    metrics: t.field({
      type: [MetricType],
      nullable: false,
      description: 'The numbers that the document holds under "metrics".',
      resolve: ({ document }) => metricsIn(valueAt(document, ['metrics'])),
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was last written.',
    }),
    revision: t.exposeInt('revision', { nullable: false, description: 'Grows with every write.' }),
  }),
});

const nonFinite = new Set(['NaN', 'Infinity', '-Infinity']);

function metricsIn(metrics: unknown) {
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) return [];
  return Object.entries(metrics)
    .filter(([, value]) => typeof value === 'number' || nonFinite.has(value))
    .map(([key, value]) => ({ key, value, step: null, recordedAt: null }));
}
