/**
 * The arrays that statements take, by their types' oids, which never change. The driver would ask the server for them on each
 * new connection, and a server that goes away in that moment would end the process: nobody can catch that rejection.
 * https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
const arrayOids = { text: 1009, uuid: 2951, int: 1007, bigint: 1016 };

const arrayTypes = Object.fromEntries(
  Object.entries(arrayOids).map(([name, oid]) => [
    name,
    {
      to: oid,
      from: [oid],
      serialize: toArrayText,
      parse: () => {
        throw new TypeError('Select arrays as JSON.');
      },
    },
  ]),
);

/** What all clients of ours have in common. */
export const connectionOptions = {
  fetch_types: false,
  onnotice: () => {},
  types: arrayTypes,
};

/** A flat array in PostgreSQL's own text. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function toArrayText(values: readonly unknown[]): string {
  const elements = values.map((value) =>
    value === null || value === undefined ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`,
  );
  return `{${elements.join(',')}}`;
}
