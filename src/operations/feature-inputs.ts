import { invalidInput } from '../problems.ts';
import { toOutputText } from '../serving/output-text.ts';
import type { PredictionAsk } from '../serving/prediction.ts';
import type { FeatureVector } from '../stores/redis/features.ts';
import type { ModelSignature, Tensor } from '../tensor.ts';
import type { PredictionInput } from './prediction-input.ts';
import { elementOf } from './tensor-input.ts';

/** The inputs of a prediction: in one spelling, and as a model of some signature takes them. */
export type Inputs = Pick<PredictionAsk, 'canonical' | 'tensors'> & {
  /** Features that are older than their view allows, and were allowed all the same. */
  readonly expiredFeatures: readonly string[];
};

type Entity = NonNullable<PredictionInput['inputs']['entity']>;

const isNot = (path: readonly string[], message: string) =>
  invalidInput([{ path: ['inputs', ...path], message }]);

export function ofTensors(tensors: readonly Tensor[]): Inputs {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { canonical: `tensors ${toOutputText(sorted)}`, tensors: () => tensors, expiredFeatures: [] };
}

export function ofFeatures(features: readonly number[]): Inputs {
  return {
    canonical: `features ${toElements(features)}`,
    tensors: (signature) => [toTensor(signature, features, ['features'])],
    expiredFeatures: [],
  };
}

/**
 * A feature vector as inputs; its event times are part of them. Throws a Refusal, InvalidInputError, for values that are not
 * there, are no numbers, or are too old, if that is not allowed.
 */
export function ofEntity({ view, entity, names, allowExpired }: Entity, { values }: FeatureVector): Inputs {
  const numbers: number[] = [];
  const issues: { path: string[]; message: string }[] = [];
  const expired: string[] = [];
  values.forEach(({ name, status, value, eventTimestamp }, n) => {
    const path = ['inputs', 'entity', 'names', String(n)];
    if (status === 'OUTSIDE_MAX_AGE') expired.push(name);
    if (status === 'NOT_FOUND') issues.push({ path, message: `"${entity}" has no "${name}" in this view` });
    else if (status === 'OUTSIDE_MAX_AGE' && !allowExpired)
      issues.push({ path, message: `"${name}" is of ${eventTimestamp}, older than the view allows` });
    else {
      const each = [value].flat(1).map((one) => elementOf('FP64', one));
      if (value === null || each.includes(undefined))
        issues.push({ path, message: `"${name}" is no number and no list of numbers` });
      else numbers.push(...each.map(Number));
    }
  });
  if (issues.length > 0) throw invalidInput(issues);
  const times = values.map(({ eventTimestamp }) => eventTimestamp);
  return {
    canonical: `entity ${JSON.stringify([view, entity, names, times])} ${toElements(numbers)}`,
    tensors: (signature) => [toTensor(signature, numbers, ['entity'])],
    expiredFeatures: expired,
  };
}

const toElements = (numbers: readonly number[]) =>
  toOutputText([{ name: '', datatype: 'FP64', shape: [numbers.length], data: numbers }]);

/** Numbers as the one input of a model; a first dimension beside that of the numbers is the batch, of one. */
function toTensor({ inputs }: ModelSignature, numbers: readonly number[], path: readonly string[]): Tensor {
  const [input] = inputs;
  if (!input || inputs.length > 1)
    throw isNot(path, `the model takes ${inputs.length} tensors; give them as tensors`);
  const { name, datatype, shape } = input;
  if (shape.length === 0 || shape.length > 2)
    throw isNot(path, `the model takes a tensor of ${shape.length} dimensions; give it as tensors`);
  const data = numbers.map((number, n) => {
    const element = elementOf(datatype, number);
    if (element === undefined)
      throw isNot([...path, String(n)], `the model takes ${datatype}, and ${number} is none`);
    return element;
  });
  return { name, datatype, shape: shape.length === 2 ? [1, data.length] : [data.length], data };
}
