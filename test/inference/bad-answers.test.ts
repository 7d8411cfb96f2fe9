import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openFaultyServer } from './open-faulty-server.ts';
import { model, openTestInference, problemOf, x } from './open-test-inference.ts';

const json =
  (body: unknown, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const y = { name: 'y', datatype: 'FP32', shape: [2], data: [1, 2] };
const outputs = (...list: unknown[]) => json({ model_name: 'm', outputs: list });
const binary =
  (head: unknown, bytes: Buffer, headLength?: string): RequestListener =>
  (_, response) => {
    const text = JSON.stringify(head);
    response.writeHead(200, { 'inference-header-content-length': headLength ?? String(text.length) });
    response.end(Buffer.concat([Buffer.from(text), bytes]));
  };
const { data: _, ...bare } = y;
const sized = (binary_data_size: unknown) => ({ outputs: [{ ...bare, parameters: { binary_data_size } }] });

const infer = async (listener: RequestListener, deadlineMs = 5_000) => {
  const { url, asked } = await openFaultyServer(listener);
  const problem = await problemOf(
    openTestInference([url], { deadlineMs })
      .at(url, model)
      .infer([x(1, 2)]),
  );
  expect(problem.problem).toBe('UpstreamError');
  expect(problem.message).not.toMatch(/127\.0\.0\.1|undici|fetch/);
  return { ...problem, asked };
};

describe("a model's server that answers nonsense", () => {
  it.each<[string, RequestListener, string]>([
    ['no JSON', json('<html>'), 'no JSON'],
    ['nothing', json(''), 'no JSON'],
    ['text that is not UTF-8', (_, response) => response.end(Buffer.from([0x22, 0xff, 0x22])), 'UTF-8'],
    ['a list', json('[]'), 'no JSON object'],
    ['no outputs', json({}), 'no list "outputs"'],
    ['outputs that are none', outputs(null), 'outputs.0 has no name'],
    ['an output without data', outputs(bare), 'outputs.0 has no data'],
    ['too few elements', outputs({ ...y, shape: [3] }), 'has 2 elements where its shape [3] has 3'],
    ['a shape of texts', outputs({ ...y, shape: ['2'] }), 'shape that is not made of sizes'],
    ['a negative size', outputs({ ...y, shape: [-2] }), 'shape that is not made of sizes'],
    ['a huge shape', outputs({ ...y, shape: [2 ** 40, 2 ** 40] }), 'shape that is not made of sizes'],
    ['no datatype', outputs({ ...y, datatype: 'FP128' }), 'no datatype of the Open Inference Protocol'],
    ['an inherited name as datatype', outputs({ ...y, datatype: 'toString' }), 'no datatype of the Open'],
    ['elements of another datatype', outputs({ ...y, data: ['a', 'b'] }), 'what is no FP32'],
    ['null for a number', outputs({ ...y, data: [1, null] }), 'element 1 what is no FP32'],
    ['another datatype', outputs({ ...y, datatype: 'INT32' }), 'is FP32, and came as INT32'],
    ['another rank', outputs({ ...y, shape: [1, 2] }), 'has the shape [-1], and came as [1, 2]'],
    ['another output', outputs({ ...y, name: 'z' }), 'lacks output 0'],
    ['an output twice', outputs(y, y), 'the same name'],
    ['truncated binary', binary(sized(8), Buffer.alloc(7)), 'beyond the end of the body'],
    ['binary that is too short', binary(sized(7), Buffer.alloc(7)), 'has 7 bytes where 2 elements need 8'],
    ['binary that nobody owns', binary(sized(8), Buffer.alloc(9)), '1 bytes at its end belong to no tensor'],
    ['a negative length of binary', binary(sized(-1), Buffer.alloc(8)), 'beyond the end'],
    ['a length of binary that is text', binary(sized('8'), Buffer.alloc(8)), 'beyond the end'],
    [
      'a length of JSON beyond the body',
      binary(sized(8), Buffer.alloc(8), '9999'),
      'not the length of a part',
    ],
    ['a length of JSON that is none', binary(sized(8), Buffer.alloc(8), 'x'), 'not the length of a part'],
    ['no HTTP', (request) => void request.socket.end('nonsense\r\n\r\n'), 'it is no HTTP'],
  ])('such as %s is told so, and the same request is not worth another try', async (_, listener, words) => {
    const { message, ...problem } = await infer(listener);
    expect(message).toContain(words);
    expect(problem).toMatchObject({ retryable: false });
  });

  it('is not read without an end', async () => {
    let broke = false;
    const { message } = await infer((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, '[');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more).on('close', () => (broke = true));
      more();
    }, 60_000);
    expect(message).toContain('more bytes than are read');
    await expect.poll(() => broke).toBe(true);
  });
});

describe("a model's server that refuses", () => {
  it.each([
    [400, { error: 'unexpected shape for input x' }, 'status 400: unexpected shape for input x'],
    [400, { error: 'inference:\n  File "/srv/model.py"' }, 'status 400: it refused'],
    [404, { error: 'no route to models.internal.example.com' }, 'status 404: it refused'],
    [400, { error: 'see http://docs' }, 'status 400: it refused'],
    [400, { error: 'upstream 10.1.2.3 failed' }, 'status 400: it refused'],
    [400, { error: 'upstream db:5432 failed' }, 'status 400: it refused'],
    [400, { error: 'x'.repeat(201) }, 'status 400: it refused'],
    [400, { error: { message: 'x' } }, 'status 400: it refused'],
    [403, '<h1>Forbidden by proxy-7</h1>', 'status 403: it refused'],
  ])('with %i %j is quoted only where that tells no place', async (status, body, words) => {
    expect(await infer(json(body, status))).toMatchObject({
      message: expect.stringContaining(words),
      retryable: false,
    });
  });

  it.each([
    [408, true],
    [429, true],
    [500, true],
    [501, true],
    [502, true],
    [503, true],
    [504, true],
    [201, false],
    [204, false],
    [422, false],
  ])('with %i may be tried again: %s', async (status, retryable) => {
    expect(await infer(json({ error: 'secret words' }, status))).toMatchObject({ retryable });
  });

  it.each([301, 302, 303, 307, 308])('with the redirect %i is not followed', async (status) => {
    const elsewhere = await openFaultyServer(outputs(y));
    const problem = await infer((_, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/v2/models/m/versions/1/infer` });
      response.end();
    });
    expect(problem.message).toContain('redirects are never followed');
    expect(problem).toMatchObject({ retryable: false });
    expect(elsewhere.asked).toEqual([]);
  });
});

describe("a model's server that breaks off", () => {
  it.each<[string, RequestListener]>([
    ['before an answer', (request) => request.socket.destroy()],
    ['with a reset', (request) => request.socket.resetAndDestroy()],
    [
      'in the middle of an answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{"outputs"');
        response.socket?.end();
      },
    ],
  ])('%s may be tried again', async (_, listener) => {
    expect(await infer(listener)).toMatchObject({ retryable: true });
  });

  it.each<[string, RequestListener]>([
    ['silent', () => {}],
    [
      'that hangs in the middle of an answer',
      (_, response) => {
        response.writeHead(200);
        response.write('{"outputs"');
      },
    ],
  ])('or is %s is given up at the deadline', async (_, listener) => {
    expect(await infer(listener, 150)).toMatchObject({
      message: expect.stringContaining('did not answer within 150 ms'),
      retryable: true,
    });
  });
});
