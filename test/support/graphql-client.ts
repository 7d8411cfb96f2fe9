import { Agent, request } from 'node:http';
import type { GraphQLAnswer } from './test-gateway.ts';

/** Asks one gateway over connections that are kept; rejects when it is not there or dies before it answers. */
export interface GraphQLClient {
  ask(query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer>;
  close(): void;
}

/** As many requests at once as `connections`; more wait for one. */
export function openGraphQLClient(url: string, connections = 16): GraphQLClient {
  // Given up before the gateway does, after five seconds: a request on one that it closes just then would be lost.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: 4_000 });
  return {
    ask: (query, variables) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({ query, variables });
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const asked = request(url, { method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            try {
              resolve(JSON.parse(Buffer.concat(chunks).toString()) as GraphQLAnswer);
            } catch (error) {
              reject(error);
            }
          });
        });
        asked.on('error', reject);
        asked.end(body);
      }),
    close: () => agent.destroy(),
  };
}
