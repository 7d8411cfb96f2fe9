import type { ArtifactRow } from '../stores/postgres/artifacts.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { isUuid } from './node-id.ts';
import { type PageArguments, resolvePage } from './page.ts';
import { postgresSource } from './provenance.ts';
import { ArtifactRef, isRowWith, ModelVersionRef } from './refs.ts';

builder.node(ArtifactRef, {
  description: 'A file of a version: where it is and what it must hash to. The bytes are never in a store.',
  extensions: postgresSource,
  isTypeOf: isRowWith('sizeBytes'),
  id: { resolve: ({ id }) => id },
  loadOne: (key, { loaders }) => (isUuid(key) ? loaders.artifacts.byId(key) : null),
  fields: (t) => ({
    kind: t.exposeString('kind', {
      nullable: false,
      description: 'What it is, such as model or confusion-matrix.',
    }),
    uri: t.exposeString('uri', { nullable: false, description: 'Where it is.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'Int64', description: 'Its size in bytes.' }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of its bytes, in hexadecimal.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was registered.',
    }),
    version: t.field({
      type: ModelVersionRef,
      description: 'The version it belongs to.',
      resolve: ({ modelName, version }) => ({ name: modelName, version }),
    }),
  }),
});

/** A page of a version's artifacts. */
export const resolveArtifacts = (key: VersionKey, args: PageArguments, context: GraphQLContext) =>
  resolvePage(args, context, {
    list: `artifacts of ${key.version}:${key.name}`,
    orderKey: ({ createdAt, id }: ArtifactRow) => [createdAt, id],
    load: (page) => context.loaders.artifacts.page(key, page),
    count: () => context.loaders.artifacts.count(key),
    toNode: (row) => row,
  });
