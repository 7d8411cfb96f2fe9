import type { Document } from 'mongodb';
import type { JsonPointer } from '../../json-pointer.ts';
import { type HeadFilter, whereHeads } from './config-filter.ts';
import { escapeKey } from './key-escaping.ts';

/** Which heads to look at, where in them, and what to tell of it: what is not asked for costs nothing. */
export interface FacetsAsk {
  readonly filter: HeadFilter;
  readonly pointer: JsonPointer;
  readonly parts: {
    readonly documents?: boolean;
    readonly missing?: boolean;
    /** How many distinct values. */
    readonly values?: number;
    readonly numbers?: boolean;
    /** Only with `numbers`. */
    readonly histogram?: boolean;
  };
}

/** `missing` documents, the most frequent `values`, and a summary of all `numbers`; undefined: none of these is asked for. */
export function facetPipeline(ask: FacetsAsk): Document[] | undefined {
  const { missing, values, numbers } = ask.parts;
  const facets = {
    ...(missing && { missing: [{ $match: { v: { $exists: false } } }, { $group: { _id: null, n: one } }] }),
    ...(values !== undefined && {
      values: [
        { $match: { v: { $exists: true, $not: { $type: ['object', 'array'] } } } },
        { $group: { _id: '$v', n: one } },
        { $sort: { n: -1, _id: 1 } },
        { $limit: values },
      ],
    }),
    ...(numbers && {
      numbers: [
        isNumber,
        { $group: { _id: null, n: one, min: { $min: '$v' }, max: { $max: '$v' }, total: { $sum: '$v' } } },
      ],
    }),
  };
  return Object.keys(facets).length > 0 ? [...members(ask), { $facet: facets }] : undefined;
}

/** How many numbers there are from each border up to the next, in ascending order; all else is of no bucket. */
export const histogramPipeline = (ask: FacetsAsk, borders: readonly number[]): Document[] => [
  ...members(ask),
  { $bucket: { groupBy: '$v', boundaries: borders, default: 'none', output: { n: one } } },
];

const one = { $sum: 1 };

// Compared with numbers, only numbers remain, and NaN is none; an array would be compared by its members.
const isNumber = {
  $match: {
    v: { $gt: Number.NEGATIVE_INFINITY, $lt: Number.POSITIVE_INFINITY, $not: { $type: 'array' } },
  },
};

/** What each head holds at the pointer, as `v`: each member of an array for itself, and none at all where it is nothing. */
const members = ({ filter, pointer }: FacetsAsk): Document[] => [
  { $match: whereHeads(filter) },
  ...valueAt(pointer),
  { $unwind: { path: '$v', preserveNullAndEmptyArrays: true } },
];

/** A path goes through arrays by member, so positions need stages of their own. */
function valueAt(pointer: JsonPointer): Document[] {
  const stages: Document[] = [];
  let path = '$document';
  for (const token of pointer) {
    const inner = `${path}.${escapeKey(token)}`;
    if (!/^(0|[1-9]\d{0,8})$/.test(token)) {
      path = inner;
      continue;
    }
    const member = { $arrayElemAt: [path, Number(token)] };
    stages.push(as({ $cond: [{ $isArray: [path] }, member, inner] }));
    path = '$v';
  }
  return path === '$v' ? stages : [...stages, as(path)];
}

const as = (v: unknown) => ({ $project: { _id: 0, v } });
