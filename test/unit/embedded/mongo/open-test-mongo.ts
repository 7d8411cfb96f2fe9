import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type Collection, type Db, type Document, MongoClient, type MongoClientOptions } from 'mongodb';
import { createMongoServer } from '../../../../src/embedded/mongo/server.ts';

/** A document whose `_id` is no ObjectId. */
export interface Stored extends Document {
  _id: string | number;
}

export interface TestMongo {
  readonly port: number;
  readonly url: string;
  readonly client: MongoClient;
  readonly db: Db;
  /** A collection that no other test has. */
  readonly fresh: () => Collection<Stored>;
  /** A collection with these documents. */
  readonly holding: (...documents: Document[]) => Promise<Collection<Stored>>;
  readonly connect: (options?: MongoClientOptions) => MongoClient;
  /** Cuts every connection, as a network would. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** The embedded MongoDB in this process, and the official driver connected to it. */
export async function openTestMongo(options: MongoClientOptions = {}): Promise<TestMongo> {
  const sockets = new Set<Socket>();
  const server = createMongoServer().listen(0, '127.0.0.1');
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `mongodb://127.0.0.1:${port}/test?directConnection=true`;
  const clients: MongoClient[] = [];
  const connect = (more: MongoClientOptions = {}) => {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000, ...more });
    clients.push(client);
    return client;
  };
  const client = connect(options);
  const db = client.db('test');
  let made = 0;
  const fresh = () => {
    made += 1;
    return db.collection<Stored>(`c${made}`);
  };
  return {
    port,
    url,
    client,
    db,
    fresh,
    connect,
    holding: async (...documents) => {
      const collection = fresh();
      await collection.insertMany(documents as Stored[]);
      return collection;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      await Promise.all(clients.map((one) => one.close()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the server says of a failed command: its code, and its message. */
export async function failureOf(
  work: Promise<unknown>,
): Promise<{ code: unknown; message: string; error: Document }> {
  try {
    await work;
  } catch (error) {
    const { code, message } = error as { code: unknown; message: string };
    return { code, message, error: error as Document };
  }
  throw new Error('it did not fail');
}
