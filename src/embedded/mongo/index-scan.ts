import { BSONRegExp, type Document, MaxKey, MinKey } from 'bson';
import { countsAt, type Index, valuesAt } from './indexes.ts';
import type { MemberCounts } from './member-counts.ts';
import { equalValues, type Identity } from './order.ts';
import { matchesPattern } from './regex.ts';
import type { Bounds } from './value-index.ts';
import { isObject } from './values.ts';

/** A way to the documents of a collection that may match a filter. */
export interface IndexScan {
  readonly index: Index;
  readonly documents: Iterable<Document>;
  /** All of them do match: nothing else is asked of them. */
  readonly isExact: boolean;
  /** How many match, where the index tells. */
  readonly count?: number | undefined;
}

interface Candidate {
  readonly index: Index;
  readonly path: string;
  readonly bounds: Bounds;
}

type Conjunct = readonly [path: string, condition: unknown];

/** The scan that gives the fewest documents; undefined: no index helps. The filter must have been checked. */
export function chooseScan(
  indexes: readonly Index[],
  documents: ReadonlyMap<Identity, Document>,
  filter: Document,
): IndexScan | undefined {
  const all = conjunctsOf(filter);
  let best: (Candidate & { readonly size: number }) | undefined;
  for (const candidate of indexes.flatMap((index) => candidatesOf(index, all))) {
    const size = valuesAt(candidate.index, candidate.path, documents).size(candidate.bounds);
    if (!best || size < best.size) best = { ...candidate, size };
  }
  if (!best) return undefined;
  const { index, path, bounds, size } = best;
  const isExact = all.length === 1 && 'values' in bounds && isWhole(all[0]?.[1]);
  return {
    index,
    documents: valuesAt(index, path, documents).scan(bounds),
    isExact,
    // Of several values, a document with an array may hold more than one.
    count: isExact && bounds.values.length === 1 ? size : undefined,
  };
}

/** How often the documents that match hold each value at a path; undefined: no index is over just these. */
export function countValues(
  indexes: readonly Index[],
  documents: ReadonlyMap<Identity, Document>,
  filter: Document,
  path: string,
): MemberCounts | undefined {
  const all = conjunctsOf(filter);
  const index = indexes.find(
    (one) =>
      isOver(one, path) &&
      covers(one, all) &&
      all.length === Object.keys(one.specification.partialFilterExpression ?? {}).length,
  );
  return index && countsAt(index, path, documents);
}

/** What must all hold, each of one path. */
function conjunctsOf(filter: Document): Conjunct[] {
  return Object.entries(filter).flatMap(([key, value]): Conjunct[] => {
    if (key === '$and') return (value as Document[]).flatMap(conjunctsOf);
    // Of what else a list says, nothing can be looked up; that it is there tells that more is asked.
    return [[key, value]];
  });
}

function candidatesOf(index: Index, conjuncts: readonly Conjunct[]): Candidate[] {
  if (!covers(index, conjuncts)) return [];
  return conjuncts
    .filter(([path]) => isOver(index, path))
    .flatMap(([path, condition]) => boundsOf(condition).map((bounds) => ({ index, path, bounds })));
}

/** Whether an index has the values at a path. */
function isOver({ specification }: Index, path: string): boolean {
  const [first = ''] = Object.keys(specification.key);
  if (!first.endsWith('$**')) return path === first;
  return path.startsWith(first.slice(0, -'$**'.length)) && !path.startsWith('$');
}

/** Whether all that the filter may find is in the index: what a partial one wants is asked in the same words. */
function covers(
  { specification: { partialFilterExpression: partial } }: Index,
  conjuncts: readonly Conjunct[],
) {
  return Object.entries((partial as Document | undefined) ?? {}).every(
    ([path, wanted]) =>
      isPlain(wanted) && conjuncts.some(([other, value]) => other === path && equalValues(value, wanted)),
  );
}

/** What a condition on a path says of its values; each alone, as in an array another member may meet the other. */
function boundsOf(condition: unknown): Bounds[] {
  if (isPlain(condition)) return [{ values: [condition] }];
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, operand]): Bounds[] => {
    if (operator === '$in' && Array.isArray(operand) && operand.every(isPlain)) return [{ values: operand }];
    if (operator === '$regex' && typeof operand === 'string' && !('$options' in condition))
      return [{ holds: matchesPattern(new BSONRegExp(operand)) }];
    if (!isPlain(operand)) return [];
    if (operator === '$eq') return [{ values: [operand] }];
    if (operator === '$gt' || operator === '$gte') return [{ from: operand }];
    return operator === '$lt' || operator === '$lte' ? [{ to: operand }] : [];
  });
}

/** Whether a condition asks for equal values and nothing more. */
const isWhole = (condition: unknown) => !isObject(condition) || Object.keys(condition).length === 1;

/** A value that is compared as it is. Null also means what is missing, which is in no index. */
const isPlain = (value: unknown) =>
  value !== undefined &&
  value !== null &&
  !Array.isArray(value) &&
  !isObject(value) &&
  !(value instanceof BSONRegExp || value instanceof MinKey || value instanceof MaxKey);
