import { isModelName } from '../model-name.ts';
import { resolveArtifacts } from './artifact.ts';
import { askForSignature } from './back-ends.ts';
import { builder } from './builder.ts';
import { resolveConfig } from './config-selection.ts';
import { ArtifactConnection, DeploymentConnection } from './connections.ts';
import { resolveDeploymentsOfVersion } from './deployment.ts';
import { ModelSignatureType } from './prediction.ts';
import { fromMongo, fromPostgres, fromPostgresNonNull, keySource } from './provenance.ts';
import { isRowWith, ModelConfigRef, ModelInfoRef, ModelVersionRef, TrainingRunRef } from './refs.ts';
import { TagType, toTags } from './tags.ts';
import { versionKeyOf } from './version-ref.ts';

builder.node(ModelVersionRef, {
  description:
    'A numbered state of a model, frozen but for its description and tags. What moves is an alias or a deployment.',
  extensions: keySource,
  isTypeOf: (value) => isRowWith('version')(value) && !isRowWith('id')(value),
  id: { resolve: ({ name, version }) => `${version}:${name}` },
  loadOne: async (key, { loaders }) => {
    const [, number, name] = /^(\d{1,9}):(.+)$/su.exec(key) ?? [];
    if (!number || !name || !isModelName(name)) return null;
    return versionKeyOf(await loaders.versions.byKey({ name, version: Number(number) }));
  },
  fields: (t) => ({
    model: t.field({
      type: ModelInfoRef,
      nullable: false,
      description: 'The model it is a version of.',
      resolve: ({ name }) => name,
    }),
    version: t.exposeInt('version', { nullable: false, description: 'Its number, from 1.' }),
    description: t.string({
      description: 'What is new in it.',
      extensions: fromPostgres,
      resolve: async (key, _, { loaders }) => (await loaders.versions.byKey(key))?.description,
    }),
    tags: t.field({
      type: [TagType],
      description: 'Its labels, by key.',
      extensions: fromPostgresNonNull,
      resolve: async (key, _, { loaders }) => toTags((await loaders.versions.byKey(key))?.tags ?? {}),
    }),
    aliases: t.stringList({
      description: 'The aliases that point at it now, by name.',
      extensions: fromPostgresNonNull,
      resolve: (key, _, { loaders }) => loaders.aliases.ofVersion(key),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was registered.',
      extensions: fromPostgresNonNull,
      resolve: async (key, _, { loaders }) => (await loaders.versions.byKey(key))?.createdAt,
    }),
    trainingRun: t.field({
      type: TrainingRunRef,
      description: 'The run that produced it; null for a version that was imported.',
      extensions: fromPostgres,
      resolve: (key, _, { loaders }) => loaders.runs.ofVersion(key),
    }),
    artifacts: t.field({
      type: ArtifactConnection,
      description: 'Its files, oldest first.',
      extensions: fromPostgres,
      args: t.arg.connectionArgs(),
      resolve: resolveArtifacts,
    }),
    deployments: t.field({
      type: DeploymentConnection,
      description: 'Where it is or was live, newest first.',
      extensions: fromPostgres,
      args: t.arg.connectionArgs(),
      resolve: resolveDeploymentsOfVersion,
    }),
    config: t.field({
      type: ModelConfigRef,
      description: 'The frozen configuration of the run that produced it, which PostgreSQL names first.',
      extensions: fromMongo,
      resolve: (key, _, { loaders }, info) =>
        resolveConfig(info, async (parts) => {
          const version = await loaders.versions.byKey(key);
          return version?.runId ? loaders.configs.ofRun(version.runId, parts) : null;
        }),
    }),
    signature: t.field({
      type: ModelSignatureType,
      description:
        'What it takes and gives, as the endpoint of its active deployment tells; null: it has none, or none that the gateway may ask.',
      extensions: fromPostgres,
      resolve: async (key, _, { loaders, operations }) => {
        const endpoint = await loaders.deployments.endpointOf(key);
        return endpoint === null ? null : askForSignature(operations, endpoint, key);
      },
    }),
  }),
});
