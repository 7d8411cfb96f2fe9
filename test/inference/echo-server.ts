import { serve } from '../../src/http/serve.ts';
import type { BackEnd } from '../../src/inference/back-end.ts';
import { openInferenceServer } from '../../src/inference/open-inference-server.ts';
import { fitInputs } from '../../src/inference/tensor-signature.ts';
import type { ModelSignature, Tensor } from '../../src/tensor.ts';

// A server of models that give back what they take: `echo-server.ts <port> <{name: inputs}>`.
const [port, models] = process.argv.slice(2);
const echoes = new Map<string, BackEnd>();
for (const [name, inputs] of Object.entries(JSON.parse(models ?? '{}') as Record<string, Tensor[]>)) {
  const signature: ModelSignature = { platform: 'echo', inputs, outputs: inputs };
  echoes.set(name, {
    signature: async () => signature,
    ready: async () => true,
    infer: async (tensors) => fitInputs(tensors, signature),
  });
}
const listener = openInferenceServer(async (name) => echoes.get(name), {
  maxBodyBytes: 10_000_000,
  onError: console.error,
});
const server = await serve(listener, Number(port), '127.0.0.1');
console.log(`ready at http://127.0.0.1:${server.port}`);
