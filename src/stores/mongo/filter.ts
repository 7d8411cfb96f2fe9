import type { Document } from 'mongodb';
import type { FloatFilter, StringFilter } from '../../value-filter.ts';

/** What must all hold of one text. Operands are text and never patterns, so nothing that a user typed is an operator. */
export function textOperators({ eq, in: among, startsWith, contains }: StringFilter): Document {
  const pattern = patternOf(startsWith, contains);
  return {
    ...(eq != null && { $eq: eq }),
    ...(among != null && { $in: among }),
    ...(pattern !== undefined && { $regex: pattern }),
  };
}

/** What must all hold of one number. */
export function numberOperators(filter: FloatFilter): Document {
  const operands = Object.entries(filter).filter(([, operand]) => operand != null);
  return Object.fromEntries(operands.map(([operator, operand]) => [`$${operator}`, operand]));
}

/** A set of operators has room for one pattern. Alone, a beginning is what an index can look up. */
function patternOf(startsWith: string | null | undefined, contains: string | null | undefined) {
  if (startsWith == null) return contains == null ? undefined : literally(contains);
  const within = contains == null ? '' : `(?=[\\s\\S]*${literally(contains)})`;
  return `^${within}${literally(startsWith)}`;
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
