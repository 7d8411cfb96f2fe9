import type { Pick } from '../entities.ts';
import { NotApplicable } from '../operation.ts';
import { featureView, type GatewayRuns, modelName } from './runs.ts';

const metrics = `mutation ($input: LogMetricsInput!) { logMetrics(input: $input) {
  ... on LogMetricsSuccess { written } ... on Error { message } } }`;
const features = `mutation ($input: PutFeaturesInput!) { putFeatures(input: $input) {
  ... on PutFeaturesSuccess { written skippedAsOlder } ... on Error { message } } }`;

/** A hundred steps of one run, in one transaction; the features of a hundred entities, in one round trip. */
export const batchWrite = {
  postgres: async ({ ask, runIds }: GatewayRuns, pick: Pick) => {
    const points = pick
      .numbers(100)
      .map((_, step) => ({ key: 'curve', step: String(step), value: pick.fraction() }));
    const input = { runId: runIds[pick.number()], metrics: points };
    return (await ask(metrics, { input })).logMetrics.written;
  },
  mongo: new NotApplicable('the gateway writes one document a call'),
  redis: async ({ ask }: GatewayRuns, pick: Pick) => {
    const eventTimestamp = new Date().toISOString();
    const rows = pick.numbers(100).map((n) => ({
      entity: modelName(n),
      eventTimestamp,
      values: { score: pick.fraction() },
    }));
    const input = { view: featureView, ttlSeconds: 86_400, rows };
    const { written, skippedAsOlder } = (await ask(features, { input })).putFeatures;
    return written + skippedAsOlder;
  },
};
