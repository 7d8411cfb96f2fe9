import { LRUCache } from 'lru-cache';
import type { PostgresClient } from './client.ts';
import type { Ask, Question, Shape } from './question.ts';

/** Asks → rows, same length, same order, by one statement whatever the questions. Fails whole. */
export async function answer(
  client: Pick<PostgresClient, 'unsafe'>,
  asks: readonly Ask[],
  signal?: AbortSignal,
): Promise<unknown[]> {
  const groups = groupByQuestion(asks);
  const questions = [...groups.values()];
  const { text, prepare } = statementOf(questions.map(({ question }) => question.shape));
  const query = client.unsafe<{ q: number; i: string; j: unknown }[]>(
    text,
    // postgres.js types parameters by what the server says of each, so any value may stand here.
    questions.flatMap(parametersOf) as never[],
    { prepare },
  );
  signal?.addEventListener('abort', () => takeBack(query), { once: true });
  const found = questions.map(({ keys }) => new Array<unknown>(keys.length));
  for (const { q, i, j } of await query) {
    const rows = found[q];
    if (rows) rows[Number(i) - 1] = j;
  }
  const answers = new Array<unknown>(asks.length);
  questions.forEach(({ question, positions }, q) => {
    positions.forEach((position, n) => {
      answers[position] = question.decode(found[q]?.[n]);
    });
  });
  return answers;
}

/**
 * A statement that was sent is left to the server's own limit. postgres.js sends some down a busy connection ahead of their
 * turn, and takes the answer to a cancelled one of them for the answer to the next; and when its cancel request cannot
 * connect, it rejects a promise that nobody holds, which ends the process.
 */
function takeBack(query: { cancel(): void }): void {
  const { state } = query as { state?: object | null };
  if (!state) query.cancel();
}

/** The questions of a batch, for logs and `extensions.stores`. */
export function operationOf(asks: readonly Ask[]): string {
  return [...new Set(asks.map(({ question }) => question.shape.name))].join('+');
}

interface Group {
  question: Question<unknown, unknown>;
  keys: unknown[];
  /** Where each key stood among the asks. */
  positions: number[];
}

function groupByQuestion(asks: readonly Ask[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  asks.forEach(({ question, key }, position) => {
    let group = groups.get(question.id);
    if (!group) {
      group = { question, keys: [], positions: [] };
      groups.set(question.id, group);
    }
    group.keys.push(key);
    group.positions.push(position);
  });
  return groups;
}

function parametersOf({ question, keys }: Group): unknown[] {
  const values = { ...question.values, ...question.columns(keys) };
  return question.shape.parameters.map((name) => values[name]);
}

// Queries in use come in few combinations of shapes; a stranger's many combinations must not fill the memory.
const texts = new LRUCache<string, string>({ max: 500 });
// Nor PostgreSQL's, which keeps a prepared statement for as long as the connection lives: what came once is not prepared.
const maxPrepared = 500;
const prepared = new Set<string>();

function statementOf(shapes: readonly Shape[]): { text: string; prepare: boolean } {
  const id = shapes.map(({ name }) => name).join('+');
  const known = texts.get(id);
  if (known !== undefined && prepared.size < maxPrepared) prepared.add(id);
  const text = known ?? unionOf(id, shapes);
  texts.set(id, text);
  return { text, prepare: prepared.has(id) };
}

function unionOf(id: string, shapes: readonly Shape[]): string {
  let parameters = 0;
  const selects = shapes.map((shape, q) => {
    const renumbered = shape.text.replace(/\$(\d+)/g, (_, n) => `$${Number(n) + parameters}`);
    parameters += shape.parameters.length;
    return `select ${q} as q, s.i, s.j from (${renumbered}) s`;
  });
  return `/* modelgraph ${id.replaceAll('*', '')} */ ${selects.join(' union all ')}`;
}
