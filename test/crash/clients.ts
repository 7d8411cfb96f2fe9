import { randomUUID } from 'node:crypto';

/** A write that was answered with success. */
export type Acknowledged =
  | {
      readonly kind: 'registered';
      readonly model: string;
      readonly runId: string;
      readonly sequence: string;
      /** The highest sequence that its client had been answered when it sent this. */
      readonly behind: bigint;
      readonly config: object;
      readonly accuracy: number;
    }
  | { readonly kind: 'deleted'; readonly model: string };

/** Clients that write until they are told to stop, and send each write again, under its key, until it is answered. */
export interface Clients {
  /** Where the gateway answers now; empty while there is none. */
  url: string;
  readonly acknowledged: Acknowledged[];
  /** How often a write was sent again. */
  readonly resent: () => number;
  stop(): Promise<void>;
}

const againMs = 20;
const shared = (n: number) => `m${n % 6}`;
const bulk = 8;

interface Success {
  readonly __typename: string;
  readonly sequence: string;
  /** Of a registration. */
  readonly postgresId?: string;
}

/**
 * Starts that many. Of five writes of each one registers several runs at once, and one a model of its own, which the next
 * deletes.
 */
export function startClients(count: number): Clients {
  let stopping = false;
  let resent = 0;
  const acknowledged: Acknowledged[] = [];
  const clients = {
    url: '',
    acknowledged,
    resent: () => resent,
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
  const write = async (query: string, input: object): Promise<Success[]> => {
    for (let attempt = 1; ; attempt += 1) {
      if (attempt > 1) resent += 1;
      const result = await ask(clients.url, query, input);
      if (result) return result;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  };
  const register = async (behind: bigint, models: readonly string[]): Promise<bigint> => {
    const runs = models.map((model) => {
      const accuracy = Math.random();
      return {
        model,
        accuracy,
        config: { note: randomUUID(), nested: { 'a.b': [1, 2.5, null], $n: accuracy } },
      };
    });
    const inputs = runs.map(({ model, accuracy, config }) => ({
      ...{ idempotencyKey: randomUUID(), modelName: model, framework: 'f', datasets: [], config },
      metrics: [{ key: 'accuracy', value: accuracy }],
    }));
    const results =
      inputs.length === 1
        ? await write(registerTrainingRun, { input: inputs[0] })
        : await write(registerTrainingRuns, { inputs });
    let highest = behind;
    for (const [n, run] of runs.entries()) {
      const { postgresId: runId = '', sequence = '0' } = results[n] ?? {};
      acknowledged.push({ kind: 'registered', ...run, runId, sequence, behind });
      if (BigInt(sequence) > highest) highest = BigInt(sequence);
    }
    return highest;
  };
  const client = async (n: number) => {
    let behind = 0n;
    for (let step = 0; !stopping; step += 1) {
      if (step % 5 === 4) {
        const model = `doomed ${randomUUID()}`;
        behind = await register(behind, [model]);
        await write(deleteModel, { input: { idempotencyKey: randomUUID(), name: model } });
        acknowledged.push({ kind: 'deleted', model });
      } else {
        const runs = step % 5 === 2 ? bulk : 1;
        behind = await register(
          behind,
          Array.from({ length: runs }, (_, k) => shared(n + step + k)),
        );
      }
    }
  };
  const running = Array.from({ length: count }, (_, n) => client(n));
  return clients;
}

const registerTrainingRun = `mutation ($input: RegisterTrainingRunInput!) { result: registerTrainingRun(input: $input) {
  __typename ... on RegisterTrainingRunSuccess { postgresId sequence } ... on Error { message } } }`;
const registerTrainingRuns = `mutation ($inputs: [RegisterTrainingRunInput!]!) { result: registerTrainingRuns(inputs: $inputs) {
  __typename ... on RegisterTrainingRunSuccess { postgresId sequence } ... on Error { message } } }`;
const deleteModel = `mutation ($input: DeleteModelInput!) { result: deleteModel(input: $input) {
  __typename ... on DeleteModelSuccess { sequence } ... on Error { message } } }`;

/** Every answer, when there are all; undefined when the gateway is not there, dies, or a store failed it. */
async function ask(url: string, query: string, variables: object): Promise<Success[] | undefined> {
  if (url === '') return undefined;
  let answer: { data?: { result: Success | (Success | null)[] | null } };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(10_000),
    });
    answer = (await response.json()) as typeof answer;
  } catch {
    return undefined;
  }
  const results = [answer.data?.result].flat();
  for (const result of results)
    if (result && !result.__typename.endsWith('Success')) throw new Error(JSON.stringify(result));
  return results.every((result) => result !== null && result !== undefined) ? results : undefined;
}
