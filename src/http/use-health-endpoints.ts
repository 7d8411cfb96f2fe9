import type { Plugin } from 'graphql-yoga';
import type { Health } from '../graphql/context.ts';

/**
 * `/health/live`: the process runs. `/health/ready`: 200 while it takes requests and at least one store answers,
 * else 503; the body names the state of each store either way.
 */
export function useHealthEndpoints(health: () => Promise<Health>): Plugin {
  return {
    async onRequest({ url, request, endResponse, fetchAPI }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      const respond = (status: number, body: object) =>
        endResponse(
          new fetchAPI.Response(`${JSON.stringify(body)}\n`, {
            status,
            headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
          }),
        );
      if (url.pathname === '/health/live') respond(200, { live: true });
      if (url.pathname === '/health/ready') {
        const state = await health();
        respond(state.ready ? 200 : 503, state);
      }
    },
  };
}
