import { BSONRegExp, type Document, MaxKey, MinKey } from 'bson';
import { countsAt, type Index, valuesAt } from './indexes.ts';
import type { MemberCounts, NamedValue } from './member-counts.ts';
import { toNumber } from './numbers.ts';
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

/** What a condition on a path says of its values; `isAll`: it says no more. */
interface Said {
  readonly bounds: Bounds;
  readonly isAll: boolean;
}

interface Candidate extends Said {
  readonly index: Index;
  readonly conjunct: Conjunct;
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
    const size = valuesAt(candidate.index, candidate.conjunct[0], documents).size(candidate.bounds);
    if (!best || size < best.size) best = { ...candidate, size };
  }
  if (!best) return undefined;
  const { index, conjunct, bounds, size } = best;
  const isExact = best.isAll && all.every((one) => one === conjunct || isPartOf(index, one));
  return {
    index,
    documents: valuesAt(index, conjunct[0], documents).scan(bounds),
    isExact,
    // Of several values, a document with an array may hold more than one.
    count: isExact && 'values' in bounds && bounds.values.length === 1 ? size : undefined,
  };
}

/** How often the documents that match give each value; undefined: no index is of just these. */
export function countValues(
  indexes: readonly Index[],
  documents: ReadonlyMap<Identity, Document>,
  filter: Document,
  value: NamedValue,
): MemberCounts | undefined {
  const all = conjunctsOf(filter);
  const index = indexes.find((one) => covers(one, all) && all.every((conjunct) => isPartOf(one, conjunct)));
  return index && countsAt(index, documents, value);
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
    .flatMap((conjunct) => saidBy(conjunct[1]).map((said) => ({ index, conjunct, ...said })));
}

/** Whether an index has the values at a path. */
function isOver({ specification }: Index, path: string): boolean {
  const [first = ''] = Object.keys(specification.key);
  if (!first.endsWith('$**')) return path === first;
  return path.startsWith(first.slice(0, -'$**'.length)) && !path.startsWith('$');
}

/** Whether all that the filter may find is in the index: what a partial one wants is asked in the same words. */
const covers = (index: Index, conjuncts: readonly Conjunct[]) =>
  partsOf(index).every((part) => conjuncts.some((conjunct) => isSame(part, conjunct)));

/** Whether all that is in the index meets it. */
const isPartOf = (index: Index, conjunct: Conjunct) => partsOf(index).some((part) => isSame(part, conjunct));

const isSame = ([path, wanted]: Conjunct, [other, value]: Conjunct) =>
  isPlain(wanted) && path === other && equalValues(value, wanted);

const partsOf = ({ specification: { partialFilterExpression: partial } }: Index): Conjunct[] =>
  Object.entries((partial as Document | undefined) ?? {});

/** Operator by operator, as in an array another member may meet the other. */
function saidBy(condition: unknown): Said[] {
  if (isPlain(condition)) return [{ bounds: { values: [condition] }, isAll: true }];
  if (!isObject(condition)) return [];
  const isSole = Object.keys(condition).length === 1;
  return Object.entries(condition).flatMap(([operator, operand]): Said[] => {
    if (operator === '$in' && Array.isArray(operand) && operand.every(isPlain))
      return [{ bounds: { values: operand }, isAll: isSole }];
    if (operator === '$regex' && typeof operand === 'string' && !('$options' in condition))
      return [{ bounds: { holds: matchesPattern(new BSONRegExp(operand)) }, isAll: isSole }];
    if (!isPlain(operand)) return [];
    if (operator === '$eq') return [{ bounds: { values: [operand] }, isAll: isSole }];
    // NaN is sorted before all numbers, and is neither more nor less than any.
    if (operator === '$gte') return [{ bounds: { from: operand }, isAll: isSole && !isNaNumber(operand) }];
    if (operator === '$gt') return [{ bounds: { from: operand }, isAll: false }];
    return operator === '$lt' || operator === '$lte' ? [{ bounds: { to: operand }, isAll: false }] : [];
  });
}

const isNaNumber = (value: unknown) => Number.isNaN(toNumber(value));

/** A value that is compared as it is. Null also means what is missing, which is in no index. */
const isPlain = (value: unknown) =>
  value !== undefined &&
  value !== null &&
  !Array.isArray(value) &&
  !isObject(value) &&
  !(value instanceof BSONRegExp || value instanceof MinKey || value instanceof MaxKey);
