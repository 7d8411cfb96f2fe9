import type { Pick } from '../entities.ts';
import { featureView, type GatewayRuns, modelName } from './runs.ts';

const metric = `mutation ($input: LogMetricsInput!) { logMetrics(input: $input) {
  ... on LogMetricsSuccess { written } ... on Error { message } } }`;
const document = `mutation ($input: UpdateModelMetricsInput!) { updateModelMetrics(input: $input) {
  ... on PutModelConfigSuccess { config { revision } } ... on Error { message } } }`;
const features = `mutation ($input: PutFeaturesInput!) { putFeatures(input: $input) {
  ... on PutFeaturesSuccess { written skippedAsOlder } ... on Error { message } } }`;

/** What each store is written for: a metric of a run, a number in a document, an entity's features. */
export const write = {
  postgres: async ({ ask, runIds }: GatewayRuns, pick: Pick) => {
    const metrics = [{ key: 'latency', value: pick.fraction() }];
    return (await ask(metric, { input: { runId: runIds[pick.number()], metrics } })).logMetrics.written;
  },
  mongo: async ({ ask }: GatewayRuns, pick: Pick) => {
    const input = { modelName: modelName(pick.number()), metrics: { latency: pick.fraction() } };
    return (await ask(document, { input })).updateModelMetrics.config ? 1 : 0;
  },
  redis: async ({ ask }: GatewayRuns, pick: Pick) => {
    const values = { score: pick.fraction() };
    const row = { entity: modelName(pick.number()), eventTimestamp: new Date().toISOString(), values };
    const input = { view: featureView, ttlSeconds: 86_400, rows: [row] };
    const { written, skippedAsOlder } = (await ask(features, { input })).putFeatures;
    return written + skippedAsOlder;
  },
};
