import type { Document } from 'bson';
import { toNumber } from '../numbers.ts';
import { isObject, toCount } from '../values.ts';
import { createGrouping } from './group.ts';
import type { Source } from './stage.ts';

/**
 * What begins by asking only how many documents match, as drivers do to count them, and what is left to do; undefined when it
 * asks more, or no index tells.
 */
export function readSize(
  collection: string,
  [match, ...stages]: readonly Document[],
  source: Source,
): { documents: Iterable<Document>; rest: readonly Document[] } | undefined {
  const limit = toCount(stages[0]?.$limit);
  const [group, ...rest] = limit === undefined ? stages : stages.slice(1);
  if (!isObject(group?.$group) || !Object.values(group.$group).every(takesNothing)) return undefined;
  const found = source.count(collection, match?.$match);
  if (found === undefined) return undefined;
  const count = Math.min(found, limit ?? found);
  const documents = createGrouping(group.$group)(count > 0 ? [{ document: {}, count }] : []);
  return { documents, rest };
}

/** Whether it is the same for any document. */
function takesNothing(value: unknown): boolean {
  if (!isObject(value)) return value === null || toNumber(value) !== undefined;
  const [[name, operand] = ['', undefined], ...more] = Object.entries(value);
  return more.length === 0 && (name === '$count' || (name === '$sum' && toNumber(operand) !== undefined));
}
