import type { Document } from 'mongodb';
import type { JsonPointer } from '../../json-pointer.ts';
import type { FloatFilter, StringFilter } from '../../value-filter.ts';
import { escapeKey } from './key-escaping.ts';

/** What a document must hold at a place; all that is given must hold. */
export interface ConfigCondition {
  readonly pointer: JsonPointer;
  readonly exists?: boolean | null | undefined;
  readonly string?: StringFilter | null | undefined;
  readonly number?: FloatFilter | null | undefined;
  readonly bool?: boolean | null | undefined;
}

/**
 * Conditions → a filter on head documents. MongoDB compares only what is of one type, and goes through arrays by
 * member and by position. Operands are typed and keys escaped, so nothing that a user typed is an operator.
 */
export function whereConfig(conditions: readonly ConfigCondition[]): Document {
  // Named first and always: the index over documents is of heads only.
  return { kind: 'HEAD', $and: conditions.flatMap(predicatesOf) };
}

function predicatesOf({ pointer, exists, string, number, bool }: ConfigCondition): Document[] {
  const path = ['document', ...pointer.map(escapeKey)].join('.');
  const predicates = [
    ...(exists == null ? [] : [{ $exists: exists }]),
    ...stringPredicates(string),
    ...floatPredicates(number),
    ...(bool == null ? [] : [{ $eq: bool }]),
  ];
  return predicates.map((predicate) => ({ [path]: predicate }));
}

/** Conditions on a text → what MongoDB asks of it. */
export function stringPredicates(filter: StringFilter | null | undefined): Document[] {
  const { eq, in: among, startsWith, contains } = filter ?? {};
  return [
    ...(eq == null ? [] : [{ $eq: eq }]),
    ...(among == null ? [] : [{ $in: among }]),
    ...(startsWith == null ? [] : [{ $regex: `^${literally(startsWith)}` }]),
    ...(contains == null ? [] : [{ $regex: literally(contains) }]),
  ];
}

function floatPredicates(filter: FloatFilter | null | undefined): Document[] {
  const operands = Object.entries(filter ?? {}).filter(([, operand]) => operand != null);
  return operands.map(([operator, operand]) => ({ [`$${operator}`]: operand }));
}

/** What the user typed is text, never a regular expression. */
const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
