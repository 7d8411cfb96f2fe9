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
 * One pass over the heads, which counts what stands at the pointer, and each member of an array for itself; then three
 * facets of what was counted: `totals` of documents, the most frequent `values`, and `numbers` by bucket, each of these
 * with the extremes of all.
 */
export function facetPipeline({ filter, pointer, first }: FacetsAsk): Document[] {
  const { stages, path } = valueAt(pointer);
  return [
    { $match: whereHeads(filter) },
    ...stages,
    // To a group, missing would be null.
    { $group: { _id: countedAt(path, []), n: { $sum: 1 } } },
    { $unwind: { path: '$_id', includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } },
    {
      $group: {
        _id: countedAt('$_id', nothing, ['array']),
        n: { $sum: '$n' },
        documents: { $sum: { $cond: [{ $gt: ['$at', 0] }, 0, '$n'] } },
      },
    },
    {
      $facet: {
        totals: [
          {
            $group: {
              _id: null,
              documents: { $sum: '$documents' },
              missing: { $sum: { $cond: [{ $eq: ['$_id', { $literal: nothing }] }, '$n', 0] } },
            },
          },
        ],
        values: [
          { $match: { _id: { $not: { $type: 'object' } } } },
          { $sort: { n: -1, _id: 1 } },
          { $limit: first },
        ],
        numbers: histogram,
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

const nothing = { nothing: true };

/** What is counted: an object is no value, and may be as large as a document; nor are arrays in arrays. */
const countedAt = (path: string, missing: unknown, others: readonly string[] = []) => ({
  $cond: [
    { $eq: [{ $type: path }, 'missing'] },
    { $literal: missing },
    {
      $cond: [
        { $or: ['object', ...others].map((type) => ({ $eq: [{ $type: path }, type] })) },
        { $literal: {} },
        path,
      ],
    },
  ],
});

const half = (value: string) => ({ $divide: [value, 2] });
const distance = { $subtract: ['$points.half', '$least'] };
const bucket = {
  $min: [bucketCount - 1, { $floor: { $multiply: [bucketCount, { $divide: [distance, '$range'] }] } }],
};

const histogram: Document[] = [
  // Compared with numbers, only numbers remain, and NaN is none.
  { $match: { _id: { $gt: Number.NEGATIVE_INFINITY, $lt: Number.POSITIVE_INFINITY } } },
  {
    $group: {
      _id: null,
      count: { $sum: '$n' },
      min: { $min: '$_id' },
      max: { $max: '$_id' },
      total: { $sum: { $multiply: ['$_id', '$n'] } },
      points: { $push: { half: half('$_id'), n: '$n' } },
    },
  },
  // By halves, for the whole distance may be beyond the greatest number.
  { $set: { least: half('$min'), range: { $subtract: [half('$max'), half('$min')] } } },
  { $unwind: '$points' },
  {
    $group: {
      _id: { $cond: [{ $eq: ['$range', 0] }, 0, bucket] },
      n: { $sum: '$points.n' },
      count: { $first: '$count' },
      min: { $first: '$min' },
      max: { $first: '$max' },
      total: { $first: '$total' },
    },
  },
];
