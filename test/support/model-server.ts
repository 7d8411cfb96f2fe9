import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '../../src/http/serve.ts';
import type { BackEnd } from '../../src/inference/back-end.ts';
import { openInferenceServer } from '../../src/inference/open-inference-server.ts';
import { fitInputs } from '../../src/inference/tensor-signature.ts';
import type { ModelSignature } from '../../src/tensor.ts';

const signature: ModelSignature = {
  platform: 'test',
  inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, -1] }],
  outputs: [
    { name: 'version', datatype: 'INT64', shape: [1] },
    { name: 'y', datatype: 'FP64', shape: [-1, -1] },
  ],
};

/** A server of the Open Inference Protocol: each model gives back what it takes, and its version; it takes its time and counts. */
export async function openModelServer() {
  const computed: string[] = [];
  const server = { delayMs: 0, computed };
  const modelOf = (name: string, version: number): BackEnd => ({
    signature: async () => signature,
    ready: async () => true,
    async infer(tensors) {
      const [x] = fitInputs(tensors, signature);
      computed.push(`${name} ${version}: ${x?.data}`);
      await delay(server.delayMs);
      return [
        { name: 'version', datatype: 'INT64', shape: [1], data: [BigInt(version)] },
        { name: 'y', datatype: 'FP64', shape: x?.shape ?? [], data: x?.data ?? [] },
      ];
    },
  });
  const listener = openInferenceServer(async (name, version) => modelOf(name, version ?? 0), {
    maxBodyBytes: 10_000_000,
    onError: (error) => console.error(error),
  });
  const { port, drain } = await serve(listener, 0, '127.0.0.1');
  return Object.assign(server, { url: `http://127.0.0.1:${port}`, close: () => drain(1_000) });
}

export type ModelServer = Awaited<ReturnType<typeof openModelServer>>;
