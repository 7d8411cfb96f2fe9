import type { IncomingMessage, RequestListener } from 'node:http';
import { Refusal } from '../problems.ts';
import { version } from '../version.ts';
import type { BackEnd } from './back-end.ts';
import { answerInfer } from './open-inference-answer.ts';
import { TensorFault } from './tensor-fault.ts';
import { binaryExtension, type EncodedMessage } from './tensor-message.ts';

/** The model of this name; in its newest version, where none is named. undefined: it is not served. */
export type FindModel = (name: string, version: number | undefined) => Promise<BackEnd | undefined>;

export interface InferenceServerSettings {
  /** Larger requests are 413. */
  readonly maxBodyBytes: number;
  /** What went wrong here and is no fault of a request; clients are told 500 without it. */
  readonly onError: (error: unknown) => void;
}

/** Serves models in the Open Inference Protocol v2 over HTTP, tensors in JSON and in binary. */
export function openInferenceServer(
  findModel: FindModel,
  { maxBodyBytes, onError }: InferenceServerSettings,
): RequestListener {
  return (request, response) => {
    answer(request, findModel, maxBodyBytes)
      .catch((error: unknown) => toError(error, onError))
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'content-length': body.length });
        response.end(body);
      });
  };
}

interface Reply extends EncodedMessage {
  readonly status: number;
}

/** Why a request has another answer than 200. */
class RequestFault extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

const modelPath = /^\/v2\/models\/([^/]+)(?:\/versions\/(\d{1,15}))?(?:\/(ready|infer))?$/;

const serverAnswers = new Map<string | undefined, unknown>([
  ['/v2', { name: 'modelgraph', version, extensions: [binaryExtension] }],
  ['/v2/health/live', { live: true }],
  ['/v2/health/ready', { ready: true }],
]);

async function answer(request: IncomingMessage, findModel: FindModel, maxBodyBytes: number): Promise<Reply> {
  const [path = ''] = (request.url ?? '').split('?');
  const ofServer = serverAnswers.get(path);
  if (ofServer) return json(200, ofServer);
  const [, escaped, versionText, verb] = modelPath.exec(path) ?? [];
  if (escaped === undefined) throw new RequestFault(404, 'there is nothing at this path');
  const name = unescaped(escaped);
  const model = await findModel(name, versionText === undefined ? undefined : Number(versionText));
  if (!model) throw new RequestFault(404, 'this model, or this version of it, is not served here');
  const method = verb === 'infer' ? 'POST' : 'GET';
  if (request.method !== method) throw new RequestFault(405, `this path takes ${method}`);
  if (verb === 'ready') {
    if (!(await model.ready())) throw new RequestFault(400, 'the model is not ready');
    return json(200, { name, ready: true });
  }
  if (verb === undefined) {
    const { platform, inputs, outputs } = await model.signature();
    const versions = versionText === undefined ? {} : { versions: [versionText] };
    return json(200, { name, ...versions, platform: platform ?? '', inputs, outputs });
  }
  const body = await readBody(request, maxBodyBytes);
  const names = { model_name: name, ...(versionText !== undefined && { model_version: versionText }) };
  return { status: 200, ...(await answerInfer(model, names, body, request.headers)) };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestFault(400, 'the name of the model is not escaped as URLs are');
  }
}

async function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      // Read to its end all the same: a connection that is cut in the middle of a request loses the answer.
      else chunks = [];
    }
  } catch {
    // Nobody hears it, and it is no fault of the server.
    throw new RequestFault(400, 'the request broke off');
  }
  if (size > maxBodyBytes) throw new RequestFault(413, `a request can have at most ${maxBodyBytes} bytes`);
  return Buffer.concat(chunks);
}

function toError(error: unknown, onError: (error: unknown) => void): Reply {
  if (error instanceof RequestFault) return json(error.status, { error: error.message });
  if (error instanceof TensorFault)
    return json(400, { error: `the request cannot be used: ${error.message}` });
  if (error instanceof Refusal) {
    const { problem } = error;
    if (problem.problem === 'InvalidInputError') return json(400, { error: problem.message });
    if (problem.problem === 'UpstreamError')
      return json(problem.retryable ? 503 : 500, { error: problem.message });
  }
  onError(error);
  return json(500, { error: 'the server failed' });
}
