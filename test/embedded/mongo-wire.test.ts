import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Document, deserialize, serialize } from 'bson';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFramer } from '../../src/embedded/mongo/wire.ts';
import { openTestMongo, type TestMongo } from '../unit/embedded/mongo/open-test-mongo.ts';

let mongo: TestMongo;
const sockets: Socket[] = [];

beforeAll(async () => {
  mongo = await openTestMongo();
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await mongo.close();
});

function message(
  command: Document,
  { id = 7, flags = 0, tail = Buffer.alloc(0), sections = [] as Buffer[] } = {},
): Buffer {
  const body = Buffer.concat([Buffer.from([0]), serialize(command), ...sections, tail]);
  const head = Buffer.alloc(20);
  head.writeInt32LE(20 + body.length, 0);
  head.writeInt32LE(id, 4);
  head.writeInt32LE(2_013, 12);
  head.writeUInt32LE(flags, 16);
  return Buffer.concat([head, body]);
}

function query(namespace: string, command: Document): Buffer {
  const rest = Buffer.concat([
    Buffer.alloc(4),
    Buffer.from(`${namespace}\0`),
    Buffer.from([0, 0, 0, 0, 255, 255, 255, 255]),
    serialize(command),
  ]);
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + rest.length, 0);
  head.writeInt32LE(11, 4);
  head.writeInt32LE(2_004, 12);
  return Buffer.concat([head, rest]);
}

/** A bare socket, and the whole messages that came over it. */
async function dial(): Promise<{ socket: Socket; replies: Buffer[] }> {
  const socket = connect(mongo.port, '127.0.0.1');
  sockets.push(socket);
  const replies: Buffer[] = [];
  const frame = createFramer();
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => replies.push(...frame(chunk)));
  await once(socket, 'connect');
  return { socket, replies };
}

const soon = (check: () => void) => vi.waitFor(check, { interval: 2 });
const bodyOf = (reply: Buffer | undefined) => deserialize(reply?.subarray(21) ?? Buffer.alloc(0));
const ping = { ping: 1, $db: 'admin' };

test('the first hello may come in the old form, and is answered in it', async () => {
  const { socket, replies } = await dial();
  socket.write(query('admin.$cmd', { isMaster: 1, helloOk: true }));
  await soon(() => expect(replies).toHaveLength(1));
  const [reply] = replies as [Buffer];
  expect([reply.readInt32LE(8), reply.readInt32LE(12), reply.readInt32LE(32)]).toEqual([11, 1, 1]);
  const hello = deserialize(reply.subarray(36));
  expect(hello).toMatchObject({
    ok: 1,
    isWritablePrimary: true,
    helloOk: true,
    maxWireVersion: 21,
    maxBsonObjectSize: 16_777_216,
  });
  // The driver would stream hellos, compress, and look for a set.
  for (const key of ['topologyVersion', 'compression', 'setName', 'msg'])
    expect(hello).not.toHaveProperty(key);
});

test('no other command is taken in the old form', async () => {
  const { socket, replies } = await dial();
  socket.write(query('admin.$cmd', { listDatabases: 1 }));
  await soon(() => expect(replies).toHaveLength(1));
  expect(deserialize((replies[0] as Buffer).subarray(36))).toMatchObject({ ok: 0, code: 352 });
});

test('the driver finds a standalone server of MongoDB 7.0', async () => {
  expect(await mongo.db.admin().command({ hello: 1 })).toMatchObject({
    isWritablePrimary: true,
    logicalSessionTimeoutMinutes: 30,
  });
  expect(await mongo.db.admin().buildInfo()).toMatchObject({ version: '7.0.0', versionArray: [7, 0, 0, 0] });
});

test('a message that comes byte by byte is one message', async () => {
  const { socket, replies } = await dial();
  for (const byte of message(ping)) {
    socket.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  await soon(() => expect(replies.map(bodyOf)).toEqual([{ ok: 1 }]));
});

test('several messages in one chunk, and a half of one more, are answered in their order', async () => {
  const { socket, replies } = await dial();
  const all = [1, 2, 3, 4].map((id) => message(ping, { id }));
  const bytes = Buffer.concat(all);
  socket.write(bytes.subarray(0, bytes.length - 9));
  await soon(() => expect(replies.map((reply) => reply.readInt32LE(8))).toEqual([1, 2, 3]));
  socket.write(bytes.subarray(bytes.length - 9));
  await soon(() => expect(replies.map((reply) => reply.readInt32LE(8))).toEqual([1, 2, 3, 4]));
});

test('a checksum at the end is skipped', async () => {
  const { socket, replies } = await dial();
  socket.write(message(ping, { flags: 1, tail: Buffer.from([1, 2, 3, 4]) }));
  await soon(() => expect(replies.map(bodyOf)).toEqual([{ ok: 1 }]));
});

test('who sends moreToCome gets no answer, yet the work is done', async () => {
  const { socket, replies } = await dial();
  socket.write(
    message(
      { insert: 'silent', documents: [{ _id: 'a' }], writeConcern: { w: 0 }, $db: 'test' },
      { flags: 2 },
    ),
  );
  socket.write(message({ count: 'silent', $db: 'test' }, { id: 8 }));
  await soon(() => expect(replies.map(bodyOf)).toEqual([{ ok: 1, n: 1 }]));
  expect(replies[0]?.readInt32LE(8)).toBe(8);
});

test('a sequence of documents joins the command', async () => {
  const { socket, replies } = await dial();
  const rest = Buffer.concat([Buffer.from('documents\0'), serialize({ _id: 1 }), serialize({ _id: 2 })]);
  const section = Buffer.concat([Buffer.from([1]), Buffer.alloc(4), rest]);
  section.writeInt32LE(4 + rest.length, 1);
  socket.write(message({ insert: 'sequences', $db: 'test' }, { sections: [section] }));
  await soon(() => expect(replies.map(bodyOf)).toEqual([{ ok: 1, n: 2 }]));
});

const withLength = (length: number, bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy.writeInt32LE(length, 0);
  return copy;
};
const broken: [string, Buffer][] = [
  ['noise', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['a length of nothing', withLength(0, message(ping))],
  ['a negative length', withLength(-1, message(ping))],
  ['more than 48 MB', withLength(48_000_001, message(ping))],
  ['an unknown opcode', Buffer.from(message(ping).map((byte, n) => (n === 12 ? 1 : byte)))],
  ['unknown required flags', message(ping, { flags: 4 })],
  ['an unknown section', message(ping, { sections: [Buffer.from([9])] })],
  ['two bodies', message(ping, { sections: [Buffer.from([0]), Buffer.from(serialize(ping))] })],
  ['a sequence beyond its message', message(ping, { sections: [Buffer.from([1, 255, 255, 0, 0, 65, 0])] })],
  ['a sequence without a name', message(ping, { sections: [Buffer.from([1, 6, 0, 0, 0, 65, 66])] })],
  ['broken BSON', Buffer.from(message(ping).map((byte, n) => (n === 25 ? 99 : byte)))],
  ['a query of a collection', query('test.models', {})],
  ['nothing after the header', withLength(16, message(ping).subarray(0, 16))],
];

test.each(broken)('%s ends that connection and harms no other', async (_, bytes) => {
  const [bad, good] = [await dial(), await dial()];
  const closed = once(bad.socket, 'close');
  bad.socket.write(bytes);
  await closed;
  expect(bad.replies).toEqual([]);
  good.socket.write(message(ping));
  await soon(() => expect(good.replies).toHaveLength(1));
});

test('the driver comes back after its connection was cut', async () => {
  const models = await mongo.holding({ _id: 1 });
  mongo.cut();
  expect(await models.findOne({})).toEqual({ _id: 1 });
  mongo.cut();
  await models.insertOne({ _id: 2 }).catch(() => models.insertOne({ _id: 2 }));
  expect(await models.countDocuments()).toBe(2);
});

test('a document of 16 MB goes in and out, a larger one does not', async () => {
  const large = { _id: 1, text: 'x'.repeat(16_777_216 - 31) };
  const models = await mongo.holding(large);
  expect((await models.findOne({ _id: 1 }))?.text).toHaveLength(large.text.length);
  await expect(models.updateOne({ _id: 1 }, { $set: { more: 'y'.repeat(100) } })).rejects.toMatchObject({
    code: 10_334,
  });
});
