import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const get = (path: string, headers: Record<string, string>) =>
  gateway.fetch(path, { headers: { accept: 'text/html', ...headers } });

describe('the GraphiQL page', () => {
  it('is sent compressed to who takes that, and plain to others', async () => {
    const zipped = await get('/graphql', { 'accept-encoding': 'gzip, br' });
    expect([zipped.status, zipped.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    const html = gunzipSync(Buffer.from(await zipped.arrayBuffer())).toString();
    const plain = await get('/graphql', {});
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(html);
    expect(html).toContain('<title>ModelGraph</title>');
    expect(html).toContain('UnifiedModel');
  });

  it('is not sent again to a browser that has it', async () => {
    const { headers } = await get('/graphql', { 'accept-encoding': 'gzip' });
    const again = await get('/graphql', { 'if-none-match': String(headers.get('etag')) });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it('is where a browser that asks for nothing is led', async () => {
    const { status, headers } = await get('/', {});
    expect([status, headers.get('location')]).toEqual([302, 'http://localhost/graphql']);
  });
});
