import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const audits = serverAudits({
  url: 'http://localhost/graphql',
  // The audit asks as a program does, which shows by this header that it is no form on a foreign page.
  fetchFn: (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('x-graphql-yoga-csrf', 'audit');
    return gateway.handler.fetch(url, { ...init, headers });
  },
});

describe('GraphQL over HTTP', () => {
  it('is audited whole', () => {
    expect(audits.length).toBeGreaterThanOrEqual(60);
  });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn();
    expect(
      result.status === 'ok' ? undefined : `${result.status}: ${'reason' in result ? result.reason : ''}`,
    ).toBeUndefined();
  });
});
