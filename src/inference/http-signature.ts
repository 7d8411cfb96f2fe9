import type { ModelSignature, TensorSpec } from '../tensor.ts';
import { TensorFault } from './tensor-fault.ts';
import { asObject, parseHead, readSpec } from './tensor-message.ts';

/** A model's metadata, as its server answers them, → its signature. Fails with TensorFault. */
export function readSignature(body: Uint8Array): ModelSignature {
  const { platform, inputs, outputs } = parseHead(body);
  return {
    platform: typeof platform === 'string' && platform !== '' ? platform : null,
    inputs: readSpecs(inputs, 'inputs'),
    outputs: readSpecs(outputs, 'outputs'),
  };
}

/** Servers leave out what they do not know of a model. */
function readSpecs(entries: unknown, list: string): TensorSpec[] {
  if (entries === undefined || entries === null) return [];
  if (!Array.isArray(entries)) throw new TensorFault(`its "${list}" are no list`);
  return entries.map((entry, n) => {
    try {
      const { name, datatype, shape } = readSpec(asObject(entry));
      if (!shape.every((size) => Number.isSafeInteger(size) && Number(size) >= -1))
        throw new TensorFault('has a shape that is not made of sizes');
      return { name, datatype, shape: shape as number[] };
    } catch (error) {
      throw error instanceof TensorFault ? new TensorFault(`${list}.${n} ${error.message}`) : error;
    }
  });
}
