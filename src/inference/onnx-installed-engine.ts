import { upstreamFailed } from '../problems.ts';
import type { OnnxEngine } from './onnx-engine.ts';
import { evaluatorEngine } from './onnx-evaluator-engine.ts';
import { type OnnxRuntime, runtimeEngine } from './onnx-runtime-engine.ts';

/** Typed as any text: a name that the compiler knows would have to be installed. */
const runtimePackage: string = 'onnxruntime-node';

/** Its own script downloads a GPU library, which fails without a network; without it the package has all it needs. */
export const installRuntime = 'npm install --no-save --ignore-scripts onnxruntime-node@1.30.0';

/** onnxruntime-node if it is installed, else our own evaluator. Rejects with an UpstreamError when it is but does not start. */
export async function installedEngine(): Promise<OnnxEngine> {
  try {
    const module = (await import(runtimePackage)) as OnnxRuntime & { default?: OnnxRuntime };
    return runtimeEngine(module.default ?? module);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_MODULE_NOT_FOUND') return evaluatorEngine;
    throw upstreamFailed(
      `onnxruntime-node is installed but does not start on this machine (${code ?? 'no code'}). Install it anew with "${installRuntime}", or remove it.`,
      false,
    );
  }
}
