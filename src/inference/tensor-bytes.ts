import { getFloat16, setFloat16 } from '@petamoriken/float16';
import { type Datatype, datatypeBytes, type Tensor, type TensorElement } from '../tensor.ts';
import { TensorFault } from './tensor-fault.ts';

type FixedDatatype = Exclude<Datatype, 'BYTES'>;

interface Layout {
  readonly read: (view: DataView, at: number) => TensorElement;
  readonly write: (view: DataView, at: number, element: TensorElement) => void;
}

const numbers = (
  read: (view: DataView, at: number) => number,
  write: (view: DataView, at: number, element: number) => void,
): Layout => ({ read, write: (view, at, element) => write(view, at, element as number) });

const layouts: Record<FixedDatatype, Layout> = {
  BOOL: { read: readBoolean, write: (view, at, element) => view.setUint8(at, element ? 1 : 0) },
  UINT8: numbers(
    (view, at) => view.getUint8(at),
    (view, at, element) => view.setUint8(at, element),
  ),
  UINT16: numbers(
    (view, at) => view.getUint16(at, true),
    (view, at, element) => view.setUint16(at, element, true),
  ),
  UINT32: numbers(
    (view, at) => view.getUint32(at, true),
    (view, at, element) => view.setUint32(at, element, true),
  ),
  UINT64: {
    read: (view, at) => view.getBigUint64(at, true),
    write: (view, at, element) => view.setBigUint64(at, element as bigint, true),
  },
  INT8: numbers(
    (view, at) => view.getInt8(at),
    (view, at, element) => view.setInt8(at, element),
  ),
  INT16: numbers(
    (view, at) => view.getInt16(at, true),
    (view, at, element) => view.setInt16(at, element, true),
  ),
  INT32: numbers(
    (view, at) => view.getInt32(at, true),
    (view, at, element) => view.setInt32(at, element, true),
  ),
  INT64: {
    read: (view, at) => view.getBigInt64(at, true),
    write: (view, at, element) => view.setBigInt64(at, element as bigint, true),
  },
  FP16: numbers(
    (view, at) => getFloat16(view, at, true),
    (view, at, element) => setFloat16(view, at, element, true),
  ),
  FP32: numbers(
    (view, at) => view.getFloat32(at, true),
    (view, at, element) => view.setFloat32(at, element, true),
  ),
  FP64: numbers(
    (view, at) => view.getFloat64(at, true),
    (view, at, element) => view.setFloat64(at, element, true),
  ),
};

const lengthBytes = 4;

/** Elements of the tensor's own datatype → little endian, in row-major order, without padding. */
export function toBytes({ datatype, data }: Pick<Tensor, 'datatype' | 'data'>): Buffer {
  if (datatype === 'BYTES') return toLengthsAndText(data as readonly string[]);
  const { write } = layouts[datatype];
  const size = datatypeBytes[datatype];
  const bytes = Buffer.allocUnsafe(data.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (const element of data) {
    write(view, at, element);
    at += size;
  }
  return bytes;
}

/** The inverse of toBytes. Fails with TensorFault when these are not exactly `count` elements. */
export function fromBytes(datatype: Datatype, bytes: Uint8Array, count: number): TensorElement[] {
  if (datatype === 'BYTES') return fromLengthsAndText(bytes, count);
  const size = datatypeBytes[datatype];
  if (bytes.length !== count * size)
    throw new TensorFault(`has ${bytes.length} bytes where ${count} elements need ${count * size}`);
  const { read } = layouts[datatype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = new Array<TensorElement>(count);
  for (let n = 0; n < count; n++) data[n] = read(view, n * size);
  return data;
}

function readBoolean(view: DataView, at: number): boolean {
  const byte = view.getUint8(at);
  if (byte > 1) throw new TensorFault(`has the byte ${byte} where a BOOL has 0 or 1`);
  return byte === 1;
}

function toLengthsAndText(data: readonly string[]): Buffer {
  let size = 0;
  for (const text of data) size += lengthBytes + Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of data) {
    const length = bytes.write(text, at + lengthBytes);
    bytes.writeUInt32LE(length, at);
    at += lengthBytes + length;
  }
  return bytes;
}

// Fails on what is not UTF-8 instead of replacing it, and keeps a byte order mark.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function fromLengthsAndText(bytes: Uint8Array, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (data.length === count || at + lengthBytes > bytes.length) throw wrongLengths(count);
    const end = at + lengthBytes + view.getUint32(at, true);
    if (end > bytes.length) throw wrongLengths(count);
    try {
      data.push(utf8.decode(bytes.subarray(at + lengthBytes, end)));
    } catch {
      throw new TensorFault('has BYTES that are not UTF-8 text');
    }
    at = end;
  }
  if (data.length !== count) throw wrongLengths(count);
  return data;
}

const wrongLengths = (count: number) =>
  new TensorFault(`has lengths of BYTES that do not add up to ${count} elements`);
