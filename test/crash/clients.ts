import { randomUUID } from 'node:crypto';

/** A write that was answered with success. */
export type Acknowledged =
  | {
      readonly kind: 'registered';
      readonly model: string;
      readonly runId: string;
      readonly sequence: string;
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
const models = 6;

/** Starts that many. Every tenth write of each registers a model of its own, every next deletes it. */
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
  const write = async (query: string, input: object): Promise<Record<string, string>> => {
    for (let attempt = 1; ; attempt += 1) {
      if (attempt > 1) resent += 1;
      const result = await ask(clients.url, query, input);
      if (result) return result;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  };
  const register = async (model: string) => {
    const accuracy = Math.random();
    const config = { note: randomUUID(), nested: { 'a.b': [1, 2.5, null], $n: accuracy } };
    const input = {
      ...{ idempotencyKey: randomUUID(), modelName: model, framework: 'f', datasets: [], config },
      metrics: [{ key: 'accuracy', value: accuracy }],
    };
    const { postgresId = '', sequence = '' } = await write(registerTrainingRun, input);
    acknowledged.push({ kind: 'registered', model, runId: postgresId, sequence, config, accuracy });
  };
  const client = async (n: number) => {
    for (let step = 0; !stopping; step += 1) {
      if (step % 10 !== 9) await register(`m${(n + step) % models}`);
      else {
        const model = `doomed ${n} ${step}`;
        await register(model);
        await write(deleteModel, { idempotencyKey: randomUUID(), name: model });
        acknowledged.push({ kind: 'deleted', model });
      }
    }
  };
  const running = Array.from({ length: count }, (_, n) => client(n));
  return clients;
}

const registerTrainingRun = `mutation ($input: RegisterTrainingRunInput!) { result: registerTrainingRun(input: $input) {
  __typename ... on RegisterTrainingRunSuccess { postgresId sequence } ... on Error { message } } }`;
const deleteModel = `mutation ($input: DeleteModelInput!) { result: deleteModel(input: $input) {
  __typename ... on DeleteModelSuccess { sequence } ... on Error { message } } }`;

/** The answer, when there was one; undefined when the gateway is not there, dies, or a store failed it. */
async function ask(url: string, query: string, input: object): Promise<Record<string, string> | undefined> {
  if (url === '') return undefined;
  let answer: { data?: { result: Record<string, string> | null } };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
      signal: AbortSignal.timeout(10_000),
    });
    answer = (await response.json()) as typeof answer;
  } catch {
    return undefined;
  }
  const result = answer.data?.result;
  if (result && !String(result.__typename).endsWith('Success')) throw new Error(JSON.stringify(result));
  return result ?? undefined;
}
