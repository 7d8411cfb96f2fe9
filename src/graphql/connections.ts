import { builder } from './builder.ts';
import { StoreEnum } from './enums.ts';
import { fromPostgres, gatewaySource, postgresSource } from './provenance.ts';
import {
  ArtifactRef,
  DatasetRef,
  DeploymentRef,
  ModelEventRef,
  ModelInfoRef,
  ModelVersionRef,
  TrainingRunRef,
} from './refs.ts';

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'How many rows the whole list has. Counted only when asked for.',
    extensions: fromPostgres,
    resolve: ({ count }) => count(),
  }),
);

const edge = { description: 'A row of a page, with its cursor.', extensions: gatewaySource };
const connection = (rows: string) => ({ description: `A page of ${rows}.`, extensions: postgresSource });

export const ModelConnection = builder.connectionObject(
  {
    type: ModelInfoRef,
    name: 'ModelConnection',
    ...connection('models'),
    fields: (t) => ({
      driver: t.field({
        type: StoreEnum,
        nullable: false,
        description: 'The store that chose and ordered the rows.',
        resolve: () => 'POSTGRES' as const,
      }),
      asOf: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'The moment as of which the rows are right: the time of reading.',
        resolve: () => new Date().toISOString(),
      }),
    }),
  },
  { name: 'ModelEdge', ...edge },
);

export const ModelVersionConnection = builder.connectionObject(
  { type: ModelVersionRef, name: 'ModelVersionConnection', ...connection('versions') },
  { name: 'ModelVersionEdge', ...edge },
);

export const TrainingRunConnection = builder.connectionObject(
  { type: TrainingRunRef, name: 'TrainingRunConnection', ...connection('training runs') },
  { name: 'TrainingRunEdge', ...edge },
);

export const DatasetConnection = builder.connectionObject(
  { type: DatasetRef, name: 'DatasetConnection', ...connection('datasets') },
  { name: 'DatasetEdge', ...edge },
);

export const ArtifactConnection = builder.connectionObject(
  { type: ArtifactRef, name: 'ArtifactConnection', ...connection('artifacts') },
  { name: 'ArtifactEdge', ...edge },
);

export const DeploymentConnection = builder.connectionObject(
  { type: DeploymentRef, name: 'DeploymentConnection', ...connection('deployments') },
  { name: 'DeploymentEdge', ...edge },
);

export const ModelEventConnection = builder.connectionObject(
  { type: ModelEventRef, name: 'ModelEventConnection', ...connection('events') },
  { name: 'ModelEventEdge', ...edge },
);
