import { type Document, deserialize, serialize } from 'bson';

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
const opCodes = { reply: 1, query: 2_004, message: 2_013 };
const flags = { checksumPresent: 1, moreToCome: 2, knownRequired: 0b11, required: 0xffff };
const headerBytes = 16;

export const maxMessageBytes = 48_000_000;
export const maxDocumentBytes = 16_777_216;

/** One request: a command with its document sequences folded in, every value in its BSON type. */
export interface WireRequest {
  readonly id: number;
  readonly command: Document;
  /** How it came, and so how it must be answered; a client that sent `moreToCome` wants no answer. */
  readonly form: 'message' | 'query';
  readonly answerWanted: boolean;
}

/** Bytes that are no message of the protocol; the connection cannot go on. */
export class WireError extends Error {}

/** Collects bytes, however they are split, and gives out whole messages. Fails with WireError. */
export function createFramer(): (chunk: Buffer) => Buffer[] {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.length;
    const messages: Buffer[] = [];
    while (pendingBytes >= 4) {
      if ((pending[0]?.length ?? 0) < 4) pending = [Buffer.concat(pending)];
      const length = pending[0]?.readInt32LE(0) ?? 0;
      if (length < headerBytes || length > maxMessageBytes)
        throw new WireError(`a message of ${length} bytes`);
      if (pendingBytes < length) break;
      const all = pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending);
      messages.push(all.subarray(0, length));
      const rest = all.subarray(length);
      pending = rest.length > 0 ? [rest] : [];
      pendingBytes = rest.length;
    }
    return messages;
  };
}

/** A whole message → request. Fails with WireError, or with what `deserialize` says of broken BSON. */
export function parseRequest(message: Buffer): WireRequest {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === opCodes.query) return parseQuery(message, id);
  if (opCode !== opCodes.message) throw new WireError(`opcode ${opCode}`);
  const bits = message.readUInt32LE(headerBytes);
  if (bits & flags.required & ~flags.knownRequired) throw new WireError(`flag bits ${bits}`);
  const end = message.length - (bits & flags.checksumPresent ? 4 : 0);
  const command = parseSections(message, headerBytes + 4, end);
  return { id, command, form: 'message', answerWanted: !(bits & flags.moreToCome) };
}

/** The answer to a request, as bytes; its id is of no use to anyone. */
export function formatReply(request: WireRequest, answer: Document): Buffer {
  // What the answer holds under undefined is not there at all.
  const body = serialize(answer, { ignoreUndefined: true });
  const isMessage = request.form === 'message';
  const prefix = Buffer.alloc(headerBytes + (isMessage ? 5 : 20));
  prefix.writeInt32LE(prefix.length + body.length, 0);
  prefix.writeInt32LE(request.id, 8);
  prefix.writeInt32LE(isMessage ? opCodes.message : opCodes.reply, 12);
  // OP_REPLY: flags, cursor id, starting from, and one document. OP_MSG: flags, and a body section.
  if (!isMessage) prefix.writeInt32LE(1, headerBytes + 16);
  return Buffer.concat([prefix, body]);
}

/** The driver's first hello comes in the old form, to `admin.$cmd`. */
function parseQuery(message: Buffer, id: number): WireRequest {
  const nameEnd = message.indexOf(0, headerBytes + 4);
  const namespace = message.toString('utf8', headerBytes + 4, nameEnd);
  if (!namespace.endsWith('.$cmd')) throw new WireError(`a query of ${namespace}`);
  const command = parseDocument(message, nameEnd + 1 + 8, message.length).document;
  return { id, command: { ...command, $db: namespace.slice(0, -5) }, form: 'query', answerWanted: true };
}

function parseSections(message: Buffer, start: number, end: number): Document {
  let command: Document | undefined;
  const sequences: [string, Document[]][] = [];
  let at = start;
  while (at < end) {
    const kind = message.readUInt8(at);
    if (kind === 0) {
      if (command) throw new WireError('two bodies');
      const parsed = parseDocument(message, at + 1, end);
      command = parsed.document;
      at = parsed.end;
    } else if (kind === 1) {
      const sequenceEnd = at + 1 + message.readInt32LE(at + 1);
      if (sequenceEnd > end || sequenceEnd <= at + 5) throw new WireError('a sequence beyond its message');
      const nameEnd = message.indexOf(0, at + 5);
      const documents: Document[] = [];
      for (let next = nameEnd + 1; next < sequenceEnd; ) {
        const parsed = parseDocument(message, next, sequenceEnd);
        documents.push(parsed.document);
        next = parsed.end;
      }
      sequences.push([message.toString('utf8', at + 5, nameEnd), documents]);
      at = sequenceEnd;
    } else throw new WireError(`section kind ${kind}`);
  }
  if (!command) throw new WireError('no body');
  return Object.assign(command, Object.fromEntries(sequences));
}

function parseDocument(message: Buffer, at: number, limit: number): { document: Document; end: number } {
  const length = message.readInt32LE(at);
  if (length < 5 || at + length > limit) throw new WireError('a document beyond its message');
  return { document: decode(message.subarray(at, at + length)), end: at + length };
}

/** BSON → document, every value in its own BSON type, so that it is kept and given back as it came. */
export const decode = (bytes: Uint8Array): Document =>
  deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true });
