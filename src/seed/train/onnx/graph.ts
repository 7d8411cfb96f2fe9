import type { OnnxValue } from '../../../inference/onnx-value.ts';

/** A node as it is written: whole numbers, lists of them, and tensors are all the attributes there are. */
export interface NodeToWrite {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, number | readonly number[] | OnnxValue>>;
}

interface NodeOptions {
  readonly attributes?: NodeToWrite['attributes'];
  readonly domain?: string;
  /** The name of what it gives; made up when absent. */
  readonly output?: string;
}

/** A graph under construction; what gives a value answers the name of it. */
export interface Graph {
  readonly nodes: readonly NodeToWrite[];
  readonly constants: ReadonlyMap<string, OnnxValue>;
  add(op: string, inputs: readonly string[], options?: NodeOptions): string;
  constant(name: string, value: OnnxValue): string;
}

export function createGraph(): Graph {
  const nodes: NodeToWrite[] = [];
  const constants = new Map<string, OnnxValue>();
  return {
    nodes,
    constants,
    add(op, inputs, { attributes = {}, domain = '', output = `${op.toLowerCase()}_${nodes.length}` } = {}) {
      nodes.push({ op, domain, inputs, output, attributes });
      return output;
    },
    constant(name, value) {
      constants.set(name, value);
      return name;
    },
  };
}

export const scalar = (value: number): OnnxValue => vector([value], []);

export const vector = (values: readonly number[], dims = [values.length]): OnnxValue => ({
  datatype: 'FP64',
  dims,
  data: Float64Array.from(values),
});

export const matrix = (rows: readonly (readonly number[])[]): OnnxValue =>
  vector(rows.flat(), [rows.length, rows[0]?.length ?? 0]);

export const integers = (values: readonly number[]): OnnxValue => ({
  datatype: 'INT64',
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

export const texts = (data: readonly string[], dims = [data.length]): OnnxValue => ({
  datatype: 'BYTES',
  dims,
  data,
});

export const bytes = (datatype: 'BOOL' | 'UINT8', values: readonly number[]): OnnxValue => ({
  datatype,
  dims: [values.length],
  data: Uint8Array.from(values),
});
