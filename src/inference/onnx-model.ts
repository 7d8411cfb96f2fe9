/** A model as its file holds it. Numbers of datatypes are those of TensorProto.DataType. */
export interface OnnxModel {
  /** Operator sets by domain; the default domain is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** 'other' is of a kind that only a full runtime needs, such as a graph. */
export type OnnxAttribute =
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'other' };

/** Not decoded: a file may hold gigabytes. Elements are in `raw`, or in the list of their kind. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly datatypeCode: number;
  readonly raw: Uint8Array | undefined;
  readonly doubles: readonly number[];
  readonly integers: readonly number[];
  readonly strings: readonly string[];
  /** Elements are in a file of their own. */
  readonly isExternal: boolean;
}

export interface OnnxValueInfo {
  readonly name: string;
  /** Undefined: no tensor, but a sequence or a map. */
  readonly tensor: { readonly datatypeCode: number; readonly shape: readonly number[] } | undefined;
}
