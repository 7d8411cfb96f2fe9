import type { OnnxNode } from './onnx-model.ts';
import { decodeTensor } from './onnx-tensor-reader.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import type { OnnxValue } from './onnx-value.ts';

/** A node's attributes, each taken by name: one that nobody took would be ignored, so it is refused. */
export interface Attributes {
  int(name: string, byDefault: number): number;
  ints(name: string): readonly number[];
  tensor(name: string): OnnxValue;
  /** Throws UnsupportedOnnx when an attribute is left. */
  done(): void;
}

/** Wrong kinds and missing ones throw. */
export function attributesOf({ op, attributes }: OnnxNode): Attributes {
  const left = new Set(attributes.keys());
  const take = (name: string) => {
    left.delete(name);
    return attributes.get(name);
  };
  const missing = (name: string) => new Error(`${op} has no ${name}`);
  return {
    int(name, byDefault) {
      const attribute = take(name);
      if (!attribute) return byDefault;
      if (attribute.kind !== 'int') throw missing(name);
      return attribute.value;
    },
    ints(name) {
      const attribute = take(name);
      if (attribute?.kind !== 'ints') throw missing(name);
      return attribute.value;
    },
    tensor(name) {
      const attribute = take(name);
      const value = attribute?.kind === 'tensor' ? decodeTensor(attribute.value) : undefined;
      if (!value) throw missing(name);
      return value;
    },
    done() {
      const [first] = left;
      if (first !== undefined) throw new UnsupportedOnnx(`${first} of the operator ${op}`);
    },
  };
}
