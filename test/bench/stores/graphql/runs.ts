import { encodeNodeId } from '../../../../src/graphql/node-id.ts';
import { generatedPrefix } from '../../../../src/seed/generate-models.ts';

/** A gateway on the databases of the comparison, filled by the seed's generator. */
export interface GatewayRuns {
  /** The data of an answer. Rejects when it has an error. */
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows the shape of what it asked.
  ask(query: string, variables: Record<string, unknown>): Promise<any>;
  /** Ids of the runs, by number. */
  readonly runIds: readonly string[];
  readonly size: number;
}

export const modelName = (n: number) => `${generatedPrefix}${String(n + 1).padStart(7, '0')}`;
export const modelId = (n: number) => encodeNodeId('ModelInfo', modelName(n));
export const configId = (n: number) => encodeNodeId('ModelConfig', `head:${modelName(n)}`);

/** The view of features in Redis, of which each model has some. */
export const featureView = 'bench';

/** When the model of that number was registered, as the generator says; one a minute. */
export const registeredAt = (size: number, n: number) =>
  new Date(Date.parse('2026-11-01T00:00:00Z') - (size - n) * 60_000).toISOString();
