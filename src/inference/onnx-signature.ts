import type { ModelSignature, TensorSpec } from '../tensor.ts';
import { datatypeOfCode } from './onnx-datatypes.ts';
import type { OnnxModel, OnnxValueInfo } from './onnx-model.ts';

/** A model's tensors, as its file tells them. Throws when one has no counterpart in the Open Inference Protocol. */
export function signatureOf({ graph }: OnnxModel): ModelSignature {
  return {
    platform: 'onnx',
    inputs: graph.inputs.map((input) => specOf('input', input)),
    outputs: graph.outputs.map((output) => specOf('output', output)),
  };
}

function specOf(side: string, { name, tensor }: OnnxValueInfo): TensorSpec {
  const what = `its ${side} ${JSON.stringify(name)}`;
  // scikit-learn's exporter makes maps of class names unless told not to.
  if (!tensor) throw new Error(`${what} is a sequence or a map; export it with tensors only, without ZipMap`);
  const datatype = datatypeOfCode[tensor.datatypeCode];
  if (!datatype || datatype === 'FP16')
    throw new Error(`${what} is of a datatype that is not computed in a gateway; cast it to FP32`);
  return { name, datatype, shape: tensor.shape };
}
