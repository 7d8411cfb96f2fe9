import { type Datatype, datatypeBytes, type Tensor } from '../tensor.ts';
import { fromBytes, toBytes } from './tensor-bytes.ts';
import { TensorFault } from './tensor-fault.ts';
import { fromJson, parseTensorJson, toJson } from './tensor-json.ts';
import { elementCount, showShape } from './tensor-shape.ts';

/** The header that says how many bytes of JSON come before the bytes of tensors. */
export const headLengthHeader = 'inference-header-content-length';

/** The extension by which a server says that it understands tensors in binary. */
export const binaryExtension = 'binary_tensor_data';

/** `inputs` of a request, `outputs` of an answer. */
export type TensorList = 'inputs' | 'outputs';

/** A body, and the headers that say how to read it. */
export interface EncodedMessage {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Tensors, and what else the message's JSON says. `isBinary`: which of them go as bytes after the JSON. */
export function encodeMessage(
  rest: object,
  list: TensorList,
  tensors: readonly Tensor[],
  isBinary: (name: string) => boolean,
): EncodedMessage {
  const bytes: Buffer[] = [];
  const texts = tensors.map((tensor) => {
    const { name, datatype, shape } = tensor;
    const spec = JSON.stringify({ name, datatype, shape }).slice(0, -1);
    if (!isBinary(name)) return `${spec},"data":${toJson(tensor)}}`;
    const encoded = toBytes(tensor);
    bytes.push(encoded);
    return `${spec},"parameters":{"binary_data_size":${encoded.length}}}`;
  });
  const members = JSON.stringify(rest).slice(1, -1);
  const head = Buffer.from(`{${members}${members ? ',' : ''}"${list}":[${texts.join(',')}]}`);
  if (bytes.length === 0) return { headers: { 'content-type': 'application/json' }, body: head };
  return {
    headers: { 'content-type': 'application/octet-stream', [headLengthHeader]: String(head.length) },
    body: Buffer.concat([head, ...bytes]),
  };
}

export interface DecodedMessage {
  /** All of the JSON. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly tensors: readonly Tensor[];
}

/** `headLength`: the value of the header, if there is one. Fails with TensorFault. */
export function decodeMessage(
  body: Uint8Array,
  headLength: string | undefined,
  list: TensorList,
): DecodedMessage {
  const length =
    headLength === undefined ? body.length : /^\d{1,15}$/.test(headLength) ? Number(headLength) : -1;
  if (length < 0 || length > body.length)
    throw new TensorFault(`${headLengthHeader} is not the length of a part of the body`);
  const head = parseHead(body.subarray(0, length));
  const entries = head[list];
  if (!Array.isArray(entries)) throw new TensorFault(`it has no list "${list}"`);
  const binary = binaryPart(body.subarray(length));
  const tensors = entries.map((entry: unknown, n) => {
    try {
      return decodeTensor(asObject(entry), binary);
    } catch (error) {
      throw error instanceof TensorFault ? new TensorFault(`${list}.${n} ${error.message}`) : error;
    }
  });
  if (binary.left() > 0) throw new TensorFault(`${binary.left()} bytes at its end belong to no tensor`);
  if (new Set(tensors.map(({ name }) => name)).size < tensors.length)
    throw new TensorFault(`two of its ${list} have the same name`);
  return { head, tensors };
}

// Making one costs more than most messages do.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes → the JSON object that they are. Fails with TensorFault. */
export function parseHead(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new TensorFault('it is not UTF-8 text');
  }
  const head = parseTensorJson(text);
  if (typeof head !== 'object' || head === null || Array.isArray(head))
    throw new TensorFault('it is no JSON object');
  return head as Record<string, unknown>;
}

/** A JSON value as an object whose members can be looked at; an empty one when it is none. */
export const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Name, datatype and shape of a tensor in a message or in a signature. Fails with TensorFault. */
export function readSpec({ name, datatype, shape }: Readonly<Record<string, unknown>>) {
  if (typeof name !== 'string' || name === '') throw new TensorFault('has no name');
  if (typeof datatype !== 'string' || !Object.hasOwn(datatypeBytes, datatype))
    throw new TensorFault('has no datatype of the Open Inference Protocol');
  if (!Array.isArray(shape)) throw new TensorFault('has no shape');
  return { name, datatype: datatype as Datatype, shape: shape as unknown[] };
}

interface BinaryPart {
  readonly left: () => number;
  readonly take: (size: unknown) => Uint8Array;
}

function binaryPart(bytes: Uint8Array): BinaryPart {
  let at = 0;
  return {
    left: () => bytes.length - at,
    take(size) {
      if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > bytes.length - at)
        throw new TensorFault('has a binary_data_size beyond the end of the body');
      const start = at;
      at += size as number;
      return bytes.subarray(start, at);
    },
  };
}

function decodeTensor(entry: Readonly<Record<string, unknown>>, binary: BinaryPart): Tensor {
  const { name, datatype, shape } = readSpec(entry);
  const count = elementCount(shape);
  if (count === undefined) throw new TensorFault('has a shape that is not made of sizes');
  const size = asObject(entry.parameters).binary_data_size;
  if (size !== undefined)
    return { name, datatype, shape: shape as number[], data: fromBytes(datatype, binary.take(size), count) };
  if (!Array.isArray(entry.data)) throw new TensorFault('has no data');
  const data = fromJson(datatype, entry.data, shape.length);
  if (data.length !== count)
    throw new TensorFault(
      `has ${data.length} elements where its shape ${showShape(shape as number[])} has ${count}`,
    );
  return { name, datatype, shape: shape as number[], data };
}
