import type { Datatype } from '../tensor.ts';

/** TensorProto.DataType by number; what is missing here is no datatype of the Open Inference Protocol. */
export const datatypeOfCode: Readonly<Record<number, Datatype>> = {
  1: 'FP32',
  2: 'UINT8',
  3: 'INT8',
  4: 'UINT16',
  5: 'INT16',
  6: 'INT32',
  7: 'INT64',
  8: 'BYTES',
  9: 'BOOL',
  10: 'FP16',
  11: 'FP64',
  12: 'UINT32',
  13: 'UINT64',
};
