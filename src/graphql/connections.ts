import { builder } from './builder.ts';
import { StoreEnum } from './enums.ts';
import { fromAll, fromMongo, gatewaySource, postgresSource } from './provenance.ts';
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
    description:
      'How many rows the whole list has. Counted only when asked for, by the store that orders the list: PostgreSQL, or Redis (`PREDICTION_COUNT`), or MongoDB (`EVENTUAL`).',
    extensions: fromAll,
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
        resolve: ({ driver }) => driver ?? 'POSTGRES',
      }),
      asOf: t.field({
        type: 'DateTime',
        description:
          'For EVENTUAL, when the newest of the copies was written: what happened until then is in the page, as far as MongoDB had been told of it. Null for STRONG, and while there are no copies.',
        extensions: fromMongo,
        resolve: ({ asOf }) => asOf?.() ?? null,
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
