import type { Pick } from '../entities.ts';
import { type GatewayRuns, registeredAt } from './runs.ts';

const models = `query ($before: DateTime!, $consistency: Consistency!) {
  models(first: 10, consistency: $consistency, filter: { createdAt: { lt: $before } },
    orderBy: { field: CREATED_AT, direction: DESC }) { nodes { name } } }`;
const leaders = '{ leaderboard(board: "accuracy", first: 10) { entries { rank score model { name } } } }';

const beforeOneOf = ({ size }: GatewayRuns, pick: Pick) =>
  registeredAt(size, Math.floor(size * (0.2 + 0.8 * pick.fraction())));

/** The ten models registered before a moment: of the registry, or of MongoDB's copies alone; and the ten best of a board. */
export const range = {
  postgres: async (gateway: GatewayRuns, pick: Pick) =>
    (await gateway.ask(models, { before: beforeOneOf(gateway, pick), consistency: 'STRONG' })).models.nodes
      .length,
  mongo: async (gateway: GatewayRuns, pick: Pick) =>
    (await gateway.ask(models, { before: beforeOneOf(gateway, pick), consistency: 'EVENTUAL' })).models.nodes
      .length,
  redis: async ({ ask }: GatewayRuns, _pick: Pick) => (await ask(leaders, {})).leaderboard.entries.length,
};
