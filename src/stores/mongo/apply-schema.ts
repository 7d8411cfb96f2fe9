import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Db, type IndexDescription, MongoServerError } from 'mongodb';

const folder = fileURLToPath(new URL('../../../schema/mongo', import.meta.url));

/** One file of `schema/mongo`: a collection, the validator of its envelope, and its indexes. */
interface CollectionSchema {
  collection: string;
  validator: Record<string, unknown>;
  indexes: IndexDescription[];
}

const namespaceExists = 48;

/** Brings collections, validators and indexes up to date; harmless to repeat and to race. Rejects with the driver's error. */
export async function applyMongoSchema(db: Db): Promise<void> {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const schema = JSON.parse(await readFile(`${folder}/${file}`, 'utf8')) as CollectionSchema;
    await createOrModify(db, schema);
    await db.collection(schema.collection).createIndexes(schema.indexes);
  }
}

async function createOrModify(db: Db, { collection, validator }: CollectionSchema): Promise<void> {
  const options = { validator, validationLevel: 'strict', validationAction: 'error' } as const;
  try {
    await db.createCollection(collection, options);
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== namespaceExists) throw error;
    await db.command({ collMod: collection, ...options });
  }
}
