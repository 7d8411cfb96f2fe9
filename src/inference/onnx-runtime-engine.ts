import { upstreamFailed } from '../problems.ts';
import type { Datatype, Tensor, TensorElement } from '../tensor.ts';
import type { OnnxEngine } from './onnx-engine.ts';

/** The part of onnxruntime-node that is used. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(path: string, options: Record<string, unknown>): Promise<RuntimeSession>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => RuntimeTensor;
}

interface RuntimeSession {
  run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
}

interface RuntimeTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<TensorElement>;
}

/** A gateway has other requests to answer meanwhile: one thread a model. Level 3: errors only. */
const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };

/** Computes any ONNX file by onnxruntime-node. */
export const runtimeEngine = ({ InferenceSession, Tensor: NativeTensor }: OnnxRuntime): OnnxEngine => ({
  async open({ path }, _model, { outputs }) {
    // By path, so that it finds tensors in files beside it.
    const session = await InferenceSession.create(path, options);
    let running = 0;
    let isReleased = false;
    const releaseWhenIdle = async () => {
      if (isReleased && running === 0) await session.release();
    };
    return {
      async run(tensors) {
        if (isReleased) throw upstreamFailed('The model was just unloaded to make room; ask again.', true);
        running += 1;
        try {
          const feeds = tensors.map((tensor) => {
            const { type, toData } = natives[tensor.datatype];
            return [tensor.name, new NativeTensor(type, toData(tensor.data), tensor.shape)] as const;
          });
          const results = await session.run(Object.fromEntries(feeds));
          return outputs.map(({ name, datatype }) => toTensor(name, datatype, results[name]));
        } finally {
          running -= 1;
          await releaseWhenIdle();
        }
      },
      async release() {
        isReleased = true;
        await releaseWhenIdle();
      },
    };
  },
});

function toTensor(name: string, datatype: Datatype, result: RuntimeTensor | undefined): Tensor {
  if (!result) throw new Error(`nothing gives the output ${JSON.stringify(name)}`);
  const data = datatype === 'BOOL' ? Array.from(result.data, Boolean) : Array.from(result.data);
  return { name, datatype, shape: result.dims, data };
}

type Data = Tensor['data'];
const numbers = (data: Data) => data as readonly number[];
const bigints = (data: Data) => data as readonly bigint[];

const natives: Record<Datatype, { type: string; toData: (data: Data) => unknown }> = {
  BOOL: { type: 'bool', toData: (data) => Uint8Array.from(data, Number) },
  UINT8: { type: 'uint8', toData: (data) => Uint8Array.from(numbers(data)) },
  UINT16: { type: 'uint16', toData: (data) => Uint16Array.from(numbers(data)) },
  UINT32: { type: 'uint32', toData: (data) => Uint32Array.from(numbers(data)) },
  UINT64: { type: 'uint64', toData: (data) => BigUint64Array.from(bigints(data)) },
  INT8: { type: 'int8', toData: (data) => Int8Array.from(numbers(data)) },
  INT16: { type: 'int16', toData: (data) => Int16Array.from(numbers(data)) },
  INT32: { type: 'int32', toData: (data) => Int32Array.from(numbers(data)) },
  INT64: { type: 'int64', toData: (data) => BigInt64Array.from(bigints(data)) },
  FP16: {
    type: 'float16',
    toData: () => {
      throw new Error('FP16 is not computed in a gateway');
    },
  },
  FP32: { type: 'float32', toData: (data) => Float32Array.from(numbers(data)) },
  FP64: { type: 'float64', toData: (data) => Float64Array.from(numbers(data)) },
  BYTES: { type: 'string', toData: (data) => [...data] },
};
