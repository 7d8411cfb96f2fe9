import type { Document } from 'mongodb';
import type { ModelOrder } from '../../model-list.ts';
import { toFixedMoment } from './moments.ts';

/** How copies are ordered. Order keys are those of PostgreSQL's pages, so that a cursor of one is good for the other. */
interface CopyOrder {
  /** What is compared, one after another; the name is the last. */
  readonly fields: readonly string[];
  /** Makes a field that no copy has as such. */
  readonly stages: readonly Document[];
  /** An order key, beginning with the number of PostgreSQL's stretch → the values of the fields. */
  readonly toValues: (orderKey: readonly string[]) => readonly unknown[];
  readonly toOrderKey: (copy: Document) => readonly string[];
}

export function copyOrder(order: ModelOrder): CopyOrder {
  switch (order.by) {
    case 'NAME':
      return {
        fields: ['_id'],
        stages: [],
        toValues: ([, name]) => [name],
        toOrderKey: ({ _id }) => ['0', _id],
      };
    case 'CREATED_AT':
      return byMoment('createdAt');
    case 'UPDATED_AT':
      return byMoment('updatedAt');
    case 'BEST_METRIC':
      return byMetric(order);
  }
}

const byMoment = (field: string): CopyOrder => ({
  fields: [field, '_id'],
  stages: [],
  toValues: ([, moment = '', name]) => [toFixedMoment(moment), name],
  toOrderKey: (copy) => ['0', copy[field], copy._id],
});

/** By no index: which of a copy's metrics is asked about is for each copy to find out. */
function byMetric({ metric, descending }: Extract<ModelOrder, { by: 'BEST_METRIC' }>): CopyOrder {
  // All values are finite, so those without one have the infinity that comes last.
  const none = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const ofMetric = { $filter: { input: '$metrics', cond: { $eq: ['$$this.key', { $literal: metric }] } } };
  const values = { $map: { input: ofMetric, in: descending ? '$$this.highest' : '$$this.lowest' } };
  return {
    fields: ['value', '_id'],
    stages: [{ $project: { value: { $ifNull: [{ $first: values }, none] } } }],
    toValues: ([stretch, ...key]) => (stretch === '0' ? [Number(key[0]), key[1]] : [none, key[0]]),
    toOrderKey: ({ value, _id }) => (value === none ? ['1', _id] : ['0', String(value), _id]),
  };
}
