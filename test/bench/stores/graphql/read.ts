import type { Pick } from '../entities.ts';
import { configId, featureView, type GatewayRuns, modelId, modelName } from './runs.ts';

const model = 'query ($id: ID!) { node(id: $id) { ... on ModelInfo { name description createdAt } } }';
const config = 'query ($id: ID!) { node(id: $id) { ... on ModelConfig { framework hyperparameters } } }';
const features = `query ($entity: String!) {
  features(view: "${featureView}", entities: [$entity]) { values { name value } } }`;

/** A query with variables, always the same text, so that the gateway parses and checks it once. */
export const read = {
  postgres: async ({ ask }: GatewayRuns, pick: Pick) =>
    (await ask(model, { id: modelId(pick.number()) })).node?.description ? 1 : 0,
  mongo: async ({ ask }: GatewayRuns, pick: Pick) =>
    (await ask(config, { id: configId(pick.number()) })).node?.hyperparameters ? 1 : 0,
  redis: async ({ ask }: GatewayRuns, pick: Pick) =>
    (await ask(features, { entity: modelName(pick.number()) })).features[0].values.length > 0 ? 1 : 0,
};
