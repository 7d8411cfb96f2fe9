import type { Document } from 'mongodb';
import type { JsonPointer } from '../../json-pointer.ts';
import { type HeadFilter, whereHeads } from './config-filter.ts';
import { escapeKey } from './key-escaping.ts';

/** Which heads to look at, where in them, and how many distinct values to tell. */
export interface FacetsAsk {
  readonly filter: HeadFilter;
  readonly pointer: JsonPointer;
  readonly first: number;
}

export const bucketCount = 10;

/**
 * One pass over the heads, in three facets: `totals` of documents, `values` with their counts, and `numbers` by bucket,
 * each of these with the extremes of all.
 */
export function facetPipeline({ filter, pointer, first }: FacetsAsk): Document[] {
  return [
    { $match: whereHeads(filter) },
    ...valueAt(pointer),
    {
      $facet: {
        totals: [
          {
            $group: {
              _id: null,
              documents: { $sum: 1 },
              missing: { $sum: { $cond: [isNothing, 1, 0] } },
            },
          },
        ],
        values: [
          ...members,
          { $group: { _id: '$v', count: { $sum: 1 } } },
          { $sort: { count: -1, _id: 1 } },
          { $limit: first },
        ],
        numbers: [...members, ...histogram],
      },
    },
  ];
}

/** What is at the pointer, as `v`: a field path goes through arrays by member, so positions need a stage of their own. */
function valueAt(pointer: JsonPointer): Document[] {
  const stages: Document[] = [{ $project: { _id: 0, v: '$document' } }];
  let path = '$v';
  for (const token of pointer) {
    const inner = `${path}.${escapeKey(token)}`;
    if (!/^(0|[1-9]\d{0,8})$/.test(token)) {
      path = inner;
      continue;
    }
    const member = { $arrayElemAt: [path, Number(token)] };
    stages.push({ $set: { v: { $cond: [{ $isArray: [path] }, member, inner] } } });
    path = '$v';
  }
  return path === '$v' ? stages : [...stages, { $set: { v: path } }];
}

// An array without members, or whose members have nothing there, is nothing.
const isNothing = { $or: [{ $eq: [{ $type: '$v' }, 'missing'] }, { $eq: ['$v', []] }] };

/** One document a value: members of an array each for itself; objects, and arrays in arrays, are no values. */
const members: Document[] = [
  { $match: { v: { $exists: true } } },
  { $set: { v: { $cond: [{ $isArray: ['$v'] }, '$v', ['$v']] } } },
  { $unwind: '$v' },
  { $set: { type: { $type: '$v' } } },
  { $match: { type: { $nin: ['object', 'array'] } } },
];

const half = (value: string) => ({ $divide: [value, 2] });
// By halves, for the whole distance may be beyond the greatest number.
const range = { $subtract: [half('$max'), half('$min')] };
const distance = { $subtract: [half('$points.v'), half('$min')] };
const bucket = {
  $min: [bucketCount - 1, { $floor: { $multiply: [bucketCount, { $divide: [distance, range] }] } }],
};

const histogram: Document[] = [
  // Compared with numbers, only numbers remain, and NaN is none.
  { $match: { v: { $gt: Number.NEGATIVE_INFINITY, $lt: Number.POSITIVE_INFINITY } } },
  { $group: { _id: '$v', n: { $sum: 1 } } },
  {
    $group: {
      _id: null,
      count: { $sum: '$n' },
      min: { $min: '$_id' },
      max: { $max: '$_id' },
      total: { $sum: { $multiply: ['$_id', '$n'] } },
      points: { $push: { v: '$_id', n: '$n' } },
    },
  },
  { $unwind: '$points' },
  {
    $group: {
      _id: { $cond: [{ $eq: [range, 0] }, 0, bucket] },
      n: { $sum: '$points.n' },
      count: { $first: '$count' },
      min: { $first: '$min' },
      max: { $first: '$max' },
      total: { $first: '$total' },
    },
  },
];
