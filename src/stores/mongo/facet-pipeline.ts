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
 * One pass over the heads, which counts what stands at the pointer; then three facets of what was counted: `totals` of
 * documents, `values` with their counts, and `numbers` by bucket, each of these with the extremes of all.
 */
export function facetPipeline({ filter, pointer, first }: FacetsAsk): Document[] {
  const { stages, path } = valueAt(pointer);
  return [
    { $match: whereHeads(filter) },
    ...stages,
    { $group: { _id: countedAt(path), n: { $sum: 1 } } },
    { $project: { _id: 0, v: '$_id', n: 1 } },
    {
      $facet: {
        totals: [
          {
            $group: {
              _id: null,
              documents: { $sum: '$n' },
              missing: { $sum: { $cond: [isNothing, '$n', 0] } },
            },
          },
        ],
        values: [
          ...members,
          { $group: { _id: '$v', count: { $sum: '$n' } } },
          { $sort: { count: -1, _id: 1 } },
          { $limit: first },
        ],
        numbers: [...members, ...histogram],
      },
    },
  ];
}

/** Where what is at the pointer stands: a path goes through arrays by member, so positions need stages of their own. */
function valueAt(pointer: JsonPointer): { stages: Document[]; path: string } {
  const stages: Document[] = [];
  let path = '$document';
  for (const token of pointer) {
    const inner = `${path}.${escapeKey(token)}`;
    if (!/^(0|[1-9]\d{0,8})$/.test(token)) {
      path = inner;
      continue;
    }
    const member = { $arrayElemAt: [path, Number(token)] };
    stages.push({ $project: { _id: 0, v: { $cond: [{ $isArray: [path] }, member, inner] } } });
    path = '$v';
  }
  return { stages, path };
}

const missing = { missing: true };

/** What is counted: to a group, missing would be null. An object is no value, and may be as large as a document. */
const countedAt = (path: string) => ({
  $cond: [
    isOfType(path, 'object'),
    { $literal: {} },
    { $cond: [isOfType(path, 'missing'), { $literal: missing }, path] },
  ],
});

const isOfType = (path: string, type: string) => ({ $eq: [{ $type: path }, type] });

// An array without members, or whose members have nothing there, is nothing.
const isNothing = { $or: [{ $eq: ['$v', { $literal: missing }] }, { $eq: ['$v', []] }] };

/** One document a value: members of an array each for itself; objects, and arrays in arrays, are no values. */
const members: Document[] = [
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
  { $group: { _id: '$v', n: { $sum: '$n' } } },
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
