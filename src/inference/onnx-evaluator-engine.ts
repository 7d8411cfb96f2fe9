import type { Datatype, Tensor, TensorElement } from '../tensor.ts';
import type { OnnxEngine } from './onnx-engine.ts';
import { evaluatorOf } from './onnx-evaluator.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import type { OnnxValue } from './onnx-value.ts';

const datatypes: ReadonlySet<Datatype> = new Set(['FP64', 'INT64', 'BOOL', 'UINT8', 'BYTES']);

/** Computes what the demo's models are made of, in JavaScript, and nothing else. */
export const evaluatorEngine: OnnxEngine = {
  async open(_file, model, { inputs, outputs }) {
    const other = inputs.find(({ datatype }) => !datatypes.has(datatype));
    if (other) throw new UnsupportedOnnx(`inputs of ${other.datatype}`);
    const evaluate = evaluatorOf(model);
    return {
      async run(tensors) {
        const values = evaluate(new Map(tensors.map((tensor) => [tensor.name, toValue(tensor)])));
        return outputs.map(({ name }) => toTensor(name, values.get(name)));
      },
      async release() {},
    };
  },
};

function toValue({ datatype, shape: dims, data }: Tensor): OnnxValue {
  switch (datatype) {
    case 'INT64':
      return { datatype, dims, data: BigInt64Array.from(data as readonly bigint[]) };
    case 'BOOL':
    case 'UINT8':
      return { datatype, dims, data: Uint8Array.from(data as readonly number[], Number) };
    case 'BYTES':
      return { datatype, dims, data: data as readonly string[] };
    default:
      return { datatype: 'FP64', dims, data: Float64Array.from(data as readonly number[]) };
  }
}

function toTensor(name: string, value: OnnxValue | undefined): Tensor {
  if (!value) throw new Error(`nothing gives the output ${JSON.stringify(name)}`);
  const { datatype, dims: shape } = value;
  const data: TensorElement[] =
    datatype === 'BOOL' ? Array.from(value.data, Boolean) : Array.from<TensorElement>(value.data);
  return { name, datatype, shape, data };
}
