import type { Pick } from '../entities.ts';
import { configId, featureView, type GatewayRuns, modelId, modelName } from './runs.ts';

const models =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ModelInfo { name description createdAt } } }';
const configs =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ModelConfig { framework hyperparameters } } }';
const features = `query ($entities: [String!]!) {
  features(view: "${featureView}", entities: $entities) { values { name value } } }`;

interface Found {
  readonly description?: string;
  readonly hyperparameters?: object;
  readonly values?: readonly object[];
}
const countOf = (found: readonly (Found | null)[]) =>
  found.filter((one) => one?.description ?? one?.hyperparameters ?? one?.values?.length).length;

/** A hundred keys in one list: the gateway asks the store once, where a hundred aliases would be as many fields to resolve. */
export const batchRead = {
  postgres: async ({ ask }: GatewayRuns, pick: Pick) =>
    countOf((await ask(models, { ids: pick.numbers(100).map(modelId) })).nodes),
  mongo: async ({ ask }: GatewayRuns, pick: Pick) =>
    countOf((await ask(configs, { ids: pick.numbers(100).map(configId) })).nodes),
  redis: async ({ ask }: GatewayRuns, pick: Pick) =>
    countOf((await ask(features, { entities: pick.numbers(100).map(modelName) })).features),
};
