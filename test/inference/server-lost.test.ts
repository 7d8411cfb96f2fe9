import { describe, expect, it, onTestFinished } from 'vitest';
import { startEcho } from './echo-process.ts';
import { openFaultyServer } from './open-faulty-server.ts';
import { model, openTestInference, problemOf, x } from './open-test-inference.ts';

const vector = { name: 'x', datatype: 'FP32', shape: [-1] } as const;

describe("a model's server that is killed", () => {
  it('is left alone after a while, and asked again once it is back on the same port', async () => {
    const echo = await startEcho({ m: [vector] });
    const backEnd = openTestInference([echo.url]).at(echo.url, model);
    expect(await backEnd.infer([x(1)])).toEqual([x(1)]);
    await echo.kill();
    const messages: string[] = [];
    for (let n = 0; n < 8; n++) {
      const problem = await problemOf(backEnd.infer([x(1)]));
      expect(problem).toMatchObject({ problem: 'UpstreamError', retryable: true });
      messages.push(problem.message);
    }
    expect(messages[0]).toBe("The model's server cannot be reached. Try again shortly.");
    expect(messages.at(-1)).toContain('failed 5 times in a row and is left alone for a moment');
    expect(await backEnd.ready()).toBe(false);
    const again = await startEcho({ m: [vector] }, echo.port);
    onTestFinished(() => again.kill());
    await expect.poll(() => backEnd.infer([x(2)]).catch(() => []), { timeout: 15_000 }).toEqual([x(2)]);
    expect(await backEnd.ready()).toBe(true);
  });

  it('and comes back with another model is asked what that takes', async () => {
    const echo = await startEcho({ m: [vector] });
    const backEnd = openTestInference([echo.url]).at(echo.url, model);
    const pair = { ...x(1, 2), shape: [1, 2] };
    expect(await problemOf(backEnd.infer([pair]))).toMatchObject({ problem: 'InvalidInputError' });
    await echo.kill();
    const again = await startEcho({ m: [{ ...vector, shape: [-1, 2] }] }, echo.port);
    onTestFinished(() => again.kill());
    // The connection that was cut may be noticed only by the next request.
    await expect.poll(() => backEnd.infer([pair]).catch(() => []), { timeout: 15_000 }).toEqual([pair]);
    expect((await backEnd.signature()).inputs[0]?.shape).toEqual([-1, 2]);
  });

  it('and comes back with another model tells what that takes, although nobody asked it for a prediction', async () => {
    const echo = await startEcho({ m: [vector] });
    const backEnd = openTestInference([echo.url]).at(echo.url, model);
    await backEnd.infer([x(1)]);
    await echo.kill();
    await problemOf(backEnd.infer([x(1)]));
    const again = await startEcho({ m: [{ ...vector, datatype: 'FP64' }] }, echo.port);
    onTestFinished(() => again.kill());
    expect((await backEnd.signature()).inputs[0]?.datatype).toBe('FP64');
  });
});

describe("a model's server that hangs", () => {
  it('is left alone after a while, although it still tells what the model takes', async () => {
    const { url } = await openFaultyServer(() => {});
    const backEnd = openTestInference([url], { deadlineMs: 250 }).at(url, model);
    await backEnd.signature();
    for (let n = 0; n < 5; n++)
      expect((await problemOf(backEnd.infer([x(1)]))).message).toContain('did not answer within 250 ms');
    expect(await problemOf(backEnd.infer([x(1)]))).toMatchObject({
      message: expect.stringContaining('failed 5 times in a row'),
      retryable: true,
    });
  });
});

describe("a model's server that fails at what it is asked", () => {
  it('is not left alone for it: that is an answer', async () => {
    const { url } = await openFaultyServer((_, response) => {
      response.writeHead(500).end();
    });
    const backEnd = openTestInference([url]).at(url, model);
    for (let n = 0; n < 12; n++)
      expect(await problemOf(backEnd.infer([x(1)]))).toMatchObject({
        message: expect.stringContaining('status 500'),
      });
  });

  it('does not close the others to us', async () => {
    const bad = await openFaultyServer((_, response) => void response.writeHead(503).end());
    const good = await openFaultyServer((_, response) => {
      response.end(JSON.stringify({ outputs: [{ ...x(1), name: 'y' }] }));
    });
    const inference = openTestInference([bad.url, good.url]);
    const backEnd = inference.at(bad.url, model);
    for (let n = 0; n < 6; n++) await problemOf(backEnd.infer([x(1)]));
    expect((await problemOf(backEnd.infer([x(1)]))).message).toContain('left alone');
    expect(await inference.at(good.url, model).infer([x(1)])).toEqual([{ ...x(1), name: 'y' }]);
  });
});
