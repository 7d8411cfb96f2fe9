import { isModelName, type ModelName } from '../model-name.ts';
import { metricIsThere, modelIsThere } from '../stores/postgres/board-models.ts';
import { namesAfter, namesPerPage } from '../stores/postgres/model-names.ts';
import { askerOf } from './check-consistency.ts';
import type { OperationContext } from './operation.ts';

const namesPerQuestion = 500;

/**
 * Every model that any store knows of, some hundred at a time: those of the registry first, then those that only MongoDB
 * or the board of a metric remembers. Rejects with the first store's error.
 */
export async function* platformNames(context: OperationContext): AsyncGenerator<readonly ModelName[]> {
  const ask = askerOf(context.stores, context.request);
  for (let after = ''; ; ) {
    const [names = []] = await ask(namesAfter, [after]);
    if (names.length > 0) yield names;
    if (names.length < namesPerPage) break;
    after = names.at(-1) ?? '';
  }
  for await (const names of inGroups(copiedNames(context))) {
    const areThere = await ask(modelIsThere, names);
    const unknown = names.filter((_, n) => !areThere[n]);
    if (unknown.length > 0) yield unknown;
  }
}

async function* copiedNames({ stores, request }: OperationContext): AsyncGenerator<string> {
  yield* stores.mongo.copies.heldNames();
  const boards = await stores.redis.copies.boardNames();
  const areMetrics = await askerOf(stores, request)(metricIsThere, boards);
  for (const board of boards.filter((_, n) => areMetrics[n]))
    for await (const names of stores.redis.copies.boardMembers(board)) yield* names;
}

async function* inGroups(names: AsyncIterable<string>): AsyncGenerator<readonly ModelName[]> {
  let group = new Set<ModelName>();
  for await (const name of names) {
    if (isModelName(name)) group.add(name);
    if (group.size < namesPerQuestion) continue;
    yield [...group];
    group = new Set();
  }
  if (group.size > 0) yield [...group];
}
