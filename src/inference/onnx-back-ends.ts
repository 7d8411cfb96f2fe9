import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { Refusal, upstreamFailed } from '../problems.ts';
import type { ModelSignature } from '../tensor.ts';
import type { BackEnd } from './back-end.ts';
import type { Inference } from './inference.ts';
import type { OnnxEngine, OnnxSession } from './onnx-engine.ts';
import { findOnnxFile, type OnnxFile } from './onnx-file.ts';
import { installedEngine, installRuntime } from './onnx-installed-engine.ts';
import { readOnnx } from './onnx-reader.ts';
import { signatureOf } from './onnx-signature.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import { fitInputs } from './tensor-signature.ts';

interface LoadedOnnx {
  readonly signature: ModelSignature;
  readonly session: OnnxSession;
  readonly sizeBytes: number;
}

/** Files in memory at a time, in bytes on disk; the one not used for longest goes. */
const maxCachedBytes = 2 ** 30;

/**
 * Computes models from ONNX files in this process, for endpoints `onnx:<path below the directory>`; whether there is such a file
 * shows when it is used. `directory` undefined: every endpoint is refused. `findEngine` is asked once, before the first model.
 * That a file is another than before is seen `lookAgainMs` later at the latest: a look takes longer than a small model does.
 */
export function onnxBackEnds(
  directory: string | undefined,
  findEngine: () => Promise<OnnxEngine> = installedEngine,
  lookAgainMs = 1_000,
): Pick<Inference, 'close'> & { at(endpoint: string): BackEnd } {
  let engine: Promise<OnnxEngine> | undefined;
  const released = new Set<Promise<void>>();
  const cache = new LRUCache<string, LoadedOnnx, OnnxFile>({
    maxSize: maxCachedBytes,
    sizeCalculation: ({ sizeBytes }) => Math.max(1, sizeBytes),
    fetchMethod: (_key, _stale, { context: file }) => {
      engine ??= findEngine();
      return load(file, engine);
    },
    dispose: ({ session }) => {
      const release = session.release().finally(() => released.delete(release));
      released.add(release);
    },
  });
  const seen = new LRUCache<string, OnnxFile>({ max: 1_000, ttl: Math.max(1, lookAgainMs) });
  const look = async (endpoint: string) => {
    const file = await findOnnxFile(directory, endpoint);
    if (lookAgainMs > 0) seen.set(endpoint, file);
    return file;
  };
  const open = async (endpoint: string) => {
    const file = seen.get(endpoint) ?? (await look(endpoint));
    return { file, loaded: await cache.forceFetch(file.stamp, { context: file }) };
  };
  return {
    at: (endpoint): BackEnd => ({
      async signature() {
        return (await open(endpoint)).loaded.signature;
      },
      ready: () =>
        look(endpoint)
          .then(() => open(endpoint))
          .then(
            () => true,
            () => false,
          ),
      async infer(inputs) {
        const { file, loaded } = await open(endpoint);
        return loaded.session.run(fitInputs(inputs, loaded.signature)).catch((error) => {
          throw refusalOf(file, error, 'could not compute these inputs');
        });
      },
    }),
    async close() {
      seen.clear();
      cache.clear();
      await Promise.all(released);
    },
  };
}

async function load(file: OnnxFile, engine: Promise<OnnxEngine>): Promise<LoadedOnnx> {
  try {
    const model = readOnnx(await readFile(file.path));
    const signature = signatureOf(model);
    const session = await (await engine).open(file, model, signature);
    return { signature, session, sizeBytes: file.sizeBytes };
  } catch (error) {
    throw refusalOf(file, error, 'is damaged, or no ONNX model that can be computed here');
  }
}

function refusalOf({ name }: OnnxFile, error: unknown, what: string): Refusal {
  if (error instanceof Refusal) return error;
  const file = `The ONNX file ${JSON.stringify(name)}`;
  if (error instanceof UnsupportedOnnx)
    return upstreamFailed(
      `${file} needs ${error.message}, which is computed with onnxruntime-node only. Run "${installRuntime}" where the gateway is installed, then restart it.`,
      false,
    );
  return upstreamFailed(`${file} ${what}: ${plainReason(error)}.`, false);
}

/** The first line of what a library said, without paths of this machine. */
function plainReason(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line
    .replace(/(?:[A-Za-z]:)?[\\/][^\s:"']+/g, '…')
    .replace(/\.+$/, '')
    .slice(0, 300);
}
