import type { Transaction } from './transact.ts';

interface DatasetToWrite {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly uri: string | null;
  readonly rowCount: string | null;
  readonly digest: string | null;
}

/** False, and nothing written: name and version are taken. */
export async function insertDataset(transaction: Transaction, dataset: DatasetToWrite): Promise<boolean> {
  const { id, name, version, uri, rowCount, digest } = dataset;
  const inserted = await transaction`/* modelgraph insertDataset */
    insert into datasets (id, name, version, uri, row_count, digest)
    values (${id}, ${name}, ${version}, ${uri}, ${rowCount}, ${digest})
    on conflict (name, version) do nothing returning id`;
  return inserted.length > 0;
}
