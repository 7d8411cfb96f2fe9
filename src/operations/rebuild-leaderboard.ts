import { badUserInput } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import { metricIsThere } from '../stores/postgres/board-models.ts';
import {
  boardPlaces,
  firstPlaces,
  type PlacesAfter,
  placesPerPage,
  scoreState,
} from '../stores/postgres/model-states.ts';
import { askerOf } from './check-consistency.ts';
import type { OperationContext } from './operation.ts';

/**
 * Makes the board of a metric what the registry says, in place: who reads meanwhile finds each entry as it was or as it
 * must be. Scores that the relay writes meanwhile are of later events, and stay. Fails with BAD_USER_INPUT for a board
 * that is no metric's, of which the registry knows nothing.
 */
export async function rebuildLeaderboard(
  { stores, request }: OperationContext,
  board: string,
): Promise<void> {
  const ask = askerOf(stores, request);
  const [isMetric] = await ask(metricIsThere, [board]);
  if (!isMetric)
    throw badUserInput(
      ['board'],
      `"${board}" is no metric of training runs, so there is nothing to make it from.`,
    );
  const { copies } = stores.redis;
  for (let after: PlacesAfter = { metric: board, ...firstPlaces }; ; ) {
    const [places = []] = await ask(boardPlaces, [after]);
    await copies.syncBoards(places.map((place) => ({ ...place, board })));
    const last = places.at(-1);
    if (!last || places.length < placesPerPage) break;
    after = { metric: board, score: last.score ?? '-Infinity', name: last.name };
  }
  for await (const members of copies.boardMembers(board)) {
    const names = [...new Set<ModelName>(members)];
    const states = await ask(
      scoreState,
      names.map((name) => ({ name, metric: board })),
    );
    const extra = names.flatMap((name, n) => {
      const state = states[n];
      return state && state.score === null ? [{ ...state, board, name }] : [];
    });
    await copies.syncBoards(extra);
  }
  await copies.noteRebuilt(board);
}
