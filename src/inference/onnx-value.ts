/** What flows through an ONNX graph: row-major data, as many as the product of `dims`; BOOL and UINT8 are bytes. */
export type OnnxValue =
  | { readonly datatype: 'FP64'; readonly dims: readonly number[]; readonly data: Float64Array }
  | { readonly datatype: 'INT64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly datatype: 'BOOL' | 'UINT8'; readonly dims: readonly number[]; readonly data: Uint8Array }
  | { readonly datatype: 'BYTES'; readonly dims: readonly number[]; readonly data: readonly string[] };

/** How many elements a tensor of this shape has; a scalar has one. */
export const sizeOf = (dims: readonly number[]) => dims.reduce((product, dim) => product * dim, 1);

export const fp64 = (dims: readonly number[], data: Float64Array): OnnxValue => ({
  datatype: 'FP64',
  dims,
  data,
});
