import type { Pick } from '../entities.ts';
import { NotApplicable } from '../operation.ts';
import { type GatewayRuns, modelName } from './runs.ts';

const stats = `query ($name: String!) { dataset(name: $name) {
  stats { totalExperiments bestAccuracy averageAccuracy } } }`;
const facets = `query ($prefix: String!) {
  configFacets(path: "/hyperparameters/batch_size", filter: { name: { startsWith: $prefix } }) {
    documents values { value count } } }`;

/** What was trained on one of twenty datasets; how a value is spread over up to a thousand documents. */
export const complex = {
  postgres: async ({ ask }: GatewayRuns, pick: Pick) => {
    const name = `seed-dataset-${String((pick.number() % 20) + 1).padStart(2, '0')}`;
    return (await ask(stats, { name })).dataset.stats.totalExperiments;
  },
  mongo: async ({ ask }: GatewayRuns, pick: Pick) =>
    (await ask(facets, { prefix: modelName(pick.number()).slice(0, -3) })).configFacets.documents,
  redis: new NotApplicable('Redis neither joins nor aggregates'),
};
