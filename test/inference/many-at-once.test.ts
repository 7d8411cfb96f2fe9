import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openFaultyServer } from './open-faulty-server.ts';
import { model, openTestInference, problemOf, x } from './open-test-inference.ts';

const answer = (response: ServerResponse) =>
  response.end(JSON.stringify({ outputs: [{ ...x(1), name: 'y' }] }));

describe('many predictions at once', () => {
  it('are asked for a few at a time', async () => {
    const open: ServerResponse[] = [];
    let most = 0;
    let seen = 0;
    const { url } = await openFaultyServer((request, response) => {
      request.resume();
      seen += 1;
      most = Math.max(most, open.push(response));
      // Two are under way whenever two can be: only then is one answered, or when nobody is left to come.
      if (seen === 9) for (const waiting of open.splice(0)) answer(waiting);
      else if (open.length === 2) answer(open.shift() as ServerResponse);
    });
    const backEnd = openTestInference([url], { maxConcurrent: 2 }).at(url, model);
    await backEnd.signature();
    await Promise.all(Array.from({ length: 9 }, (_, n) => backEnd.infer([x(n)])));
    expect(most).toBe(2);
    expect(seen).toBe(9);
  });

  it('wait for their turn no longer than their deadline, and say so', async () => {
    const { url } = await openFaultyServer(() => {});
    const backEnd = openTestInference([url], { maxConcurrent: 1, deadlineMs: 200 }).at(url, model);
    await backEnd.signature();
    const problems = await Promise.all([1, 2, 3].map((n) => problemOf(backEnd.infer([x(n)]))));
    for (const problem of problems)
      expect(problem).toMatchObject({
        problem: 'UpstreamError',
        message: expect.stringContaining('did not answer within 200 ms'),
        retryable: true,
      });
    expect(problems[2]?.message).toContain('waited for others');
  });

  it('ask a model only once what it takes, and use connections again', async () => {
    const ports = new Set<number | undefined>();
    const { url, asked } = await openFaultyServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume();
      answer(response);
    });
    const inference = openTestInference([url], { maxConcurrent: 4 });
    await Promise.all(Array.from({ length: 20 }, () => inference.at(url, model).infer([x(1)])));
    expect(asked.filter((request) => request.startsWith('GET'))).toHaveLength(2);
    expect(ports.size).toBeLessThanOrEqual(4);
  });

  it('are finished before the client is closed', async () => {
    const started = new EventEmitter<{ infer: [ServerResponse] }>();
    const { url } = await openFaultyServer((_, response) => void started.emit('infer', response));
    const inference = openTestInference([url]);
    const asked = once(started, 'infer');
    const call = inference.at(url, model).infer([x(1)]);
    const [response] = await asked;
    const closed = inference.close();
    answer(response);
    expect(await call).toHaveLength(1);
    await closed;
    const late = inference.at(url, model);
    expect(await problemOf(late.infer([x(1)]))).toMatchObject({
      message: expect.stringContaining('stopping'),
      retryable: true,
    });
    expect(await late.ready()).toBe(false);
  });
});

describe('how a model is asked', () => {
  it.each([
    ['', '/v2/models/m/versions/1', '/v2'],
    ['/', '/v2/models/m/versions/1', '/v2'],
    ['/ml/', '/ml/v2/models/m/versions/1', '/ml/v2'],
    ['/ml/v2/models/other/versions/7/', '/ml/v2/models/other/versions/7', '/ml/v2'],
    ['/v2/models/other', '/v2/models/other', '/v2'],
  ])('at the endpoint with the path "%s"', async (path, modelPath, serverPath) => {
    const { url, asked } = await openFaultyServer((_, response) => answer(response));
    await openTestInference([url])
      .at(`${url}${path}`, model)
      .infer([x(1)]);
    expect(asked.sort()).toEqual([`GET ${serverPath}`, `GET ${modelPath}`, `POST ${modelPath}/infer`].sort());
  });

  it.each([
    [['binary_tensor_data'], 'application/octet-stream'],
    [['classification'], 'application/json'],
  ])('by a server with the extensions %j', async (extensions, type) => {
    const types: unknown[] = [];
    const { url } = await openFaultyServer((request, response) => {
      types.push(request.headers['content-type']);
      answer(response);
    }, extensions);
    expect(
      await openTestInference([url])
        .at(url, model)
        .infer([x(1)]),
    ).toEqual([{ ...x(1), name: 'y' }]);
    expect(types).toEqual([type]);
  });
});
