import type { Prediction } from '../operations/serve-predictions.ts';
import {
  type Datatype,
  datatypeBytes,
  type ModelSignature,
  type Tensor,
  type TensorSpec,
} from '../tensor.ts';
import { builder } from './builder.ts';
import { gatewaySource } from './provenance.ts';
import { VersionRefInput } from './version-ref.ts';

const descriptions: Record<Datatype, string> = {
  BOOL: 'True or false.',
  UINT8: 'Whole numbers of 8 bits, from 0.',
  UINT16: 'Whole numbers of 16 bits, from 0.',
  UINT32: 'Whole numbers of 32 bits, from 0.',
  UINT64: 'Whole numbers of 64 bits, from 0.',
  INT8: 'Whole numbers of 8 bits.',
  INT16: 'Whole numbers of 16 bits.',
  INT32: 'Whole numbers of 32 bits.',
  INT64: 'Whole numbers of 64 bits.',
  FP16: 'Numbers of 16 bits.',
  FP32: 'Numbers of 32 bits.',
  FP64: 'Numbers of 64 bits.',
  BYTES: 'Text.',
};

const DatatypeEnum = builder.enumType('Datatype', {
  description: 'What a tensor holds, by the names of the Open Inference Protocol v2.',
  values: Object.fromEntries(
    (Object.keys(datatypeBytes) as Datatype[]).map((name) => [name, { description: descriptions[name] }]),
  ) as Record<Datatype, { description: string }>,
});

const CacheModeEnum = builder.enumType('CacheMode', {
  description: 'What the cache is for.',
  values: {
    DEFAULT: { description: 'What is kept is given; else it is computed, and kept.' },
    BYPASS: { description: 'It is computed, and the cache is left as it is.' },
    REFRESH: { description: 'It is computed, and kept in place of what was.' },
  } as const,
});

const CacheStatusEnum = builder.enumType('CacheStatus', {
  description: 'How an answer came about.',
  values: {
    HIT: { description: 'It was kept.' },
    MISS: { description: 'It was computed, and is kept now.' },
    COALESCED: {
      description: 'An equal call was being computed, here or by another gateway; this is its answer.',
    },
    BYPASS: { description: 'It was computed, past the cache as asked.' },
    UNAVAILABLE: { description: 'It was computed, as Redis could not be asked.' },
  } as const,
});

/** JSON has no NaN, no infinities, and no integers beyond 2^53: they come as text. */
const toJson = ({ data }: Tensor) =>
  data.map((element) => {
    if (typeof element === 'bigint')
      return Number.isSafeInteger(Number(element)) ? Number(element) : String(element);
    return typeof element === 'number' && !Number.isFinite(element) ? String(element) : element;
  });

const specFields = {
  name: 'Its name.',
  datatype: 'What it holds.',
};

const TensorType = builder.objectRef<Tensor>('Tensor').implement({
  description: 'A tensor that a model gave.',
  extensions: gatewaySource,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: specFields.name }),
    datatype: t.expose('datatype', { type: DatatypeEnum, nullable: false, description: specFields.datatype }),
    shape: t.exposeIntList('shape', {
      nullable: { list: false, items: false },
      description: 'Its size in each dimension.',
    }),
    data: t.field({
      type: 'JSON',
      nullable: false,
      description: 'Its elements, row after row; NaN, infinities and integers beyond 2^53 as text.',
      resolve: toJson,
    }),
  }),
});

const TensorSpecType = builder.objectRef<TensorSpec>('TensorSpec').implement({
  description: 'A tensor that a model takes or gives.',
  extensions: gatewaySource,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: specFields.name }),
    datatype: t.expose('datatype', { type: DatatypeEnum, nullable: false, description: specFields.datatype }),
    shape: t.exposeIntList('shape', {
      nullable: { list: false, items: false },
      description: 'Its size in each dimension; -1: any.',
    }),
  }),
});

export const ModelSignatureType = builder.objectRef<ModelSignature>('ModelSignature').implement({
  description: 'What a version takes and gives, as the server that computes it tells.',
  extensions: gatewaySource,
  fields: (t) => ({
    platform: t.exposeString('platform', { description: 'What it runs on, such as onnxruntime_onnx.' }),
    inputs: t.expose('inputs', {
      type: [TensorSpecType],
      nullable: { list: false, items: false },
      description: 'What it takes.',
    }),
    outputs: t.expose('outputs', {
      type: [TensorSpecType],
      nullable: { list: false, items: false },
      description: 'What it gives.',
    }),
  }),
});

export const PredictionType = builder.objectRef<Prediction>('Prediction').implement({
  description: 'What a version of a model answered.',
  extensions: gatewaySource,
  fields: (t) => ({
    modelName: t.exposeString('modelName', { nullable: false, description: 'The model.' }),
    modelVersion: t.exposeInt('modelVersion', { nullable: false, description: 'The version that answered.' }),
    outputs: t.expose('outputs', {
      type: [TensorType],
      nullable: { list: false, items: false },
      description: 'Its answer.',
    }),
    cacheStatus: t.expose('cacheStatus', {
      type: CacheStatusEnum,
      nullable: false,
      description: 'How it came about.',
    }),
    ageMs: t.int({
      description: 'How long ago it was computed.',
      resolve: ({ computedAtMs }) => Math.max(0, Date.now() - computedAtMs),
    }),
    ttlSeconds: t.int({
      description: 'For how long it may still be given; null: it is not kept.',
      resolve: ({ leftMs }) => (leftMs > 0 ? Math.ceil(leftMs / 1_000) : null),
    }),
    latencyMs: t.exposeFloat('latencyMs', {
      nullable: false,
      description: 'How long this call took inside the gateway.',
    }),
    expiredFeatures: t.exposeStringList('expiredFeatures', {
      nullable: { list: false, items: false },
      description:
        'Features that it rests on although they are older than their view allows; see `allowExpired`.',
    }),
  }),
});

const TensorInput = builder.inputType('TensorInput', {
  description: 'A tensor for a model.',
  fields: (t) => ({
    name: t.string({ required: true, description: specFields.name }),
    datatype: t.field({ type: DatatypeEnum, required: true, description: specFields.datatype }),
    shape: t.intList({ required: true, description: 'Its size in each dimension.' }),
    data: t.field({
      type: 'JSON',
      required: true,
      description:
        'Its elements: nested like its shape, or flat, row after row. NaN, infinities and integers beyond 2^53 are given as text.',
    }),
  }),
});

const EntityFeaturesInput = builder.inputType('EntityFeaturesInput', {
  description: 'Features of an entity, as their view knows them now.',
  fields: (t) => ({
    view: t.string({ required: true, description: 'The feature view.' }),
    entity: t.string({ required: true, description: 'The entity.' }),
    names: t.stringList({
      required: true,
      description: 'The features, in the order in which the model takes them.',
    }),
    allowExpired: t.boolean({
      defaultValue: false,
      description:
        'Takes values that are older than the view allows, and tells which; else they are refused.',
    }),
  }),
});

const PredictionInputs = builder.inputType('PredictionInputs', {
  description: 'What a model shall answer to: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    features: t.floatList({ description: 'Numbers, for a model that takes one tensor of them.' }),
    tensors: t.field({
      type: [TensorInput],
      description: 'Tensors by name, with at most 100,000 elements in all.',
    }),
    entity: t.field({ type: EntityFeaturesInput, description: 'Features from Redis.' }),
  }),
});

export const PredictionInput = builder.inputType('PredictionInput', {
  description: 'A prediction to serve.',
  fields: (t) => ({
    modelName: t.string({ required: true, description: 'The model.' }),
    ref: t.field({
      type: VersionRefInput,
      description:
        'Which version answers, by its active deployment in production, else staging, else development. Left out: whichever has a share of production’s traffic, by those shares, and for one subject always the same.',
    }),
    subject: t.string({
      description: 'For whom, such as a user’s id; for `lastPrediction`. It never stands in for the inputs.',
    }),
    inputs: t.field({ type: PredictionInputs, required: true, description: 'What it shall answer to.' }),
    cache: t.field({
      type: CacheModeEnum,
      required: true,
      defaultValue: 'DEFAULT',
      description: 'What the cache is for.',
    }),
    ttlSeconds: t.int({
      description:
        'For how long a new answer may be given again, 1 to 604800, which is a week; up to a tenth less, so that not all expire together. Left out: as the version’s tag `prediction_ttl_seconds` says, else 300.',
    }),
  }),
});
