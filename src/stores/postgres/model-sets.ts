import { type SQL, sql } from 'drizzle-orm';
import { allOf, anyOf, type Condition, not } from './filter.ts';
import { models } from './tables.ts';

/** A condition on models; refers to the table `models`. */
export interface ModelCondition extends Condition {
  /** Where other tables can tell: who meets it, or who does not meet it. */
  readonly names?: Names;
  readonly others?: Names;
  /** Whether it looks at nothing but `models.name`. */
  readonly ofName?: boolean;
}

/** Names of models, as what a SELECT is of. */
interface Names {
  readonly of: SQL;
  /** Whether each comes once. */
  readonly once: boolean;
}

/** Where to find the models that match, or only their names, as `models`. */
interface Matching {
  readonly from: SQL;
  readonly where: SQL;
}

/**
 * How many models meet all conditions, as an expression. Who must not meet one is counted and subtracted, which is exact: a
 * statement sees one moment.
 */
export function countOf(conditions: readonly ModelCondition[]): SQL {
  const others = conditions.flatMap((each) => each.others ?? []);
  const meeting = conditions.filter((each) => !each.others);
  if (others.length === 0 || !meeting.every(isOfNames)) return count(matching(conditions));
  const barred = [...meeting, { ...allOf([]), names: union(others) }];
  return sql`${count(matching(meeting))} - ${count(matching(barred))}`;
}

const count = ({ from, where }: Matching) => sql`(select count(*) from ${from} where ${where})`;

/**
 * Indexes have the names of those that meet a condition in order, so they are merged: hashing them, as PostgreSQL would, takes
 * twice as long.
 */
function matching(conditions: readonly ModelCondition[]): Matching {
  const sets = conditions.flatMap(({ names }) => names ?? []);
  const { where } = allOf(conditions.filter(({ names }) => !names));
  const [only, ...more] = sets;
  if (!only) return { from: sql`${models}`, where };
  if (conditions.every(isOfNames))
    return { from: sql`(${merged(sets, sql`intersect`)}) as models (name)`, where };
  const names = more.length === 0 ? sql`select ${only.of}` : merged(sets, sql`intersect`);
  return { from: sql`${models}`, where: sql`${models.name} in (${names}) and ${where}` };
}

const isOfNames = ({ names, ofName }: ModelCondition) => names !== undefined || ofName === true;

/** Each name once. */
function merged(sets: readonly Names[], by: SQL): SQL {
  const [only] = sets;
  if (only && sets.length === 1)
    return only.once ? sql`select ${only.of}` : sql`select distinct ${only.of} order by 1`;
  const inOrder = sets.map(({ of }) => sql`(select ${of} order by 1)`);
  return sql.join(inOrder, sql` ${by} `);
}

const union = (sets: readonly Names[]): Names => ({
  of: sql`* from (${merged(sets, sql`union`)}) as models`,
  once: true,
});

function namesOf(conditions: readonly ModelCondition[]): Names {
  const { from, where } = matching(conditions);
  return { of: sql`${models.name} from ${from} where ${where}`, once: true };
}

/** At least one of the branches must hold whole. */
export function anyOfModels(branches: readonly (readonly ModelCondition[])[]): ModelCondition {
  const condition = anyOf(branches.map(allOf));
  if (!branches.flat().some(({ names }) => names)) return condition;
  return { ...condition, names: union(branches.map(namesOf)) };
}

/** Not all of the conditions may hold. */
export function notOfModels(conditions: readonly ModelCondition[]): ModelCondition {
  const condition = not(allOf(conditions));
  return conditions.some(({ names }) => names) ? { ...condition, others: namesOf(conditions) } : condition;
}
