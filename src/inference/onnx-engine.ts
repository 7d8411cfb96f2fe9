import type { ModelSignature, Tensor } from '../tensor.ts';
import type { OnnxFile } from './onnx-file.ts';
import type { OnnxModel } from './onnx-model.ts';

/** What computes ONNX models. */
export interface OnnxEngine {
  /** Rejects with UnsupportedOnnx when the model needs more than the engine has, with another error when it is damaged. */
  open(file: OnnxFile, model: OnnxModel, signature: ModelSignature): Promise<OnnxSession>;
}

/** A model in memory. */
export interface OnnxSession {
  /** Inputs that fit its signature → its outputs. Rejects when the graph does not take their values. */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Gives its memory back; it cannot run any more. */
  release(): Promise<void>;
}
