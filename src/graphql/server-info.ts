import { createHash } from 'node:crypto';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { version } from '../version.ts';
import { builder } from './builder.ts';
import { maxPageSize } from './page.ts';
import { gatewaySource } from './provenance.ts';

/** What clients may rely on; a name is added when a capability is, and never changes its meaning. */
const features = [
  'config-facets',
  'config-filters',
  'eventual-models',
  'json-pointer-projection',
  'keyset-cursors',
  'predictions',
  'rate-limits',
  'source-reports',
];

const ServerInfoType = builder.objectRef<{ schemaHash: string }>('ServerInfo').implement({
  description: 'What this gateway is and can do, so that clients need not probe.',
  extensions: gatewaySource,
  fields: (t) => ({
    version: t.string({ nullable: false, description: 'Version of ModelGraph.', resolve: () => version }),
    schemaHash: t.exposeString('schemaHash', {
      nullable: false,
      description: 'SHA-256 of the sorted schema: changes when, and only when, the schema does.',
    }),
    features: t.stringList({
      nullable: false,
      description: 'Names of capabilities that clients may rely on.',
      resolve: () => features,
    }),
    maxPageSize: t.int({
      nullable: false,
      description: 'The most rows of one page.',
      resolve: () => maxPageSize,
    }),
  }),
});

builder.queryField('serverInfo', (t) =>
  t.field({
    type: ServerInfoType,
    nullable: false,
    description: 'What this gateway is and can do.',
    resolve: (_, __, ___, { schema }) => ({ schemaHash: hashOf(schema) }),
  }),
);

const hashes = new WeakMap<GraphQLSchema, string>();

function hashOf(schema: GraphQLSchema): string {
  const known = hashes.get(schema);
  if (known) return known;
  const hash = createHash('sha256')
    .update(printSchema(lexicographicSortSchema(schema)))
    .digest('hex');
  hashes.set(schema, hash);
  return hash;
}
