/** The datatypes of the Open Inference Protocol v2, with their bytes per element; 0: of any length. */
export const datatypeBytes = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: 0,
} as const;

export type Datatype = keyof typeof datatypeBytes;

/** 64-bit integers are bigint, BYTES are text; floats may be NaN or infinite. */
export type TensorElement = number | bigint | boolean | string;

/** Elements in row-major order, as many as the product of `shape`. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: readonly TensorElement[];
}

/** What a model takes or gives; a dimension of -1 may have any size. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** A model's tensors, as the server that computes it tells them. */
export interface ModelSignature {
  readonly platform: string | null;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}
