import type { Document } from 'mongodb';
import type { JsonPointer } from '../../json-pointer.ts';
import type { FloatFilter, StringFilter } from '../../value-filter.ts';
import { numberOperators, textOperators } from './filter.ts';
import { escapeKey } from './key-escaping.ts';

/** What a document must hold at a place; all that is given must hold. */
export interface ConfigCondition {
  readonly pointer: JsonPointer;
  readonly exists?: boolean | null | undefined;
  readonly string?: StringFilter | null | undefined;
  readonly number?: FloatFilter | null | undefined;
  readonly bool?: boolean | null | undefined;
}

/** A tree of conditions on a model's head document; all that are given must hold. */
export interface HeadFilter {
  readonly and?: readonly HeadFilter[] | null | undefined;
  readonly or?: readonly HeadFilter[] | null | undefined;
  readonly not?: HeadFilter | null | undefined;
  /** The model's name. */
  readonly name?: StringFilter | null | undefined;
  readonly config?: readonly ConfigCondition[] | null | undefined;
}

/**
 * Conditions → a filter on head documents. MongoDB compares only what is of one type, and goes through arrays by
 * member and by position. Operands are typed and keys escaped, so nothing that a user typed is an operator.
 */
export function whereHeads(filter: HeadFilter): Document {
  const predicates = predicatesOf(filter);
  // The kind always, and on top: the index over documents is of heads only.
  return { kind: 'HEAD', ...(predicates.length > 0 && { $and: predicates }) };
}

function predicatesOf({ and, or, not, name, config }: HeadFilter): Document[] {
  const all = (filter: HeadFilter): Document => ({ $and: predicatesOf(filter) });
  return [
    ...stringPredicates(name).map((predicate) => ({ modelName: predicate })),
    ...(config ?? []).flatMap(configPredicates),
    ...(and ?? []).map(all),
    ...(or ? [{ $or: or.map(all) }] : []),
    ...(not ? [{ $nor: [all(not)] }] : []),
  ];
}

function configPredicates({ pointer, exists, string, number, bool }: ConfigCondition): Document[] {
  const path = ['document', ...pointer.map(escapeKey)].join('.');
  const predicates = [
    ...(exists == null ? [] : [{ $exists: exists }]),
    ...stringPredicates(string),
    ...floatPredicates(number),
    ...(bool == null ? [] : [{ $eq: bool }]),
  ];
  return predicates.map((predicate) => ({ [path]: predicate }));
}

/** Each by itself: in an array, another member may meet each. */
function stringPredicates(filter: StringFilter | null | undefined): Document[] {
  const operands = Object.entries(filter ?? {}).filter(([, operand]) => operand != null);
  return operands.map(([operator, operand]) => textOperators({ [operator]: operand }));
}

function floatPredicates(filter: FloatFilter | null | undefined): Document[] {
  return Object.entries(numberOperators(filter ?? {})).map(([operator, operand]) => ({
    [operator]: operand,
  }));
}
