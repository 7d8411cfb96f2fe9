import type { ModelName } from '../model-name.ts';
import type { ConfigRecord } from '../stores/mongo/configs.ts';
import type { ArtifactRow } from '../stores/postgres/artifacts.ts';
import type { DatasetRow } from '../stores/postgres/datasets.ts';
import type { DeploymentRow } from '../stores/postgres/deployments.ts';
import type { EventRow } from '../stores/postgres/events.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { RunRow } from '../stores/postgres/runs.ts';
import { builder } from './builder.ts';

// What stands behind each node. Types refer to one another in circles, so the references come before the types.

/** The model's name itself, so that nobody waits for a store before asking the others. */
export const ModelInfoRef = builder.objectRef<ModelName>('ModelInfo');
/** Model and number, which together are the version's key. */
export const ModelVersionRef = builder.objectRef<VersionKey>('ModelVersion');
export const TrainingRunRef = builder.objectRef<RunRow>('TrainingRun');
export const ModelConfigRef = builder.objectRef<ConfigRecord>('ModelConfig');
export const DatasetRef = builder.objectRef<DatasetRow>('Dataset');
export const ArtifactRef = builder.objectRef<ArtifactRow>('Artifact');
export const ModelEventRef = builder.objectRef<EventRow>('ModelEvent');
export const DeploymentRef = builder.objectRef<DeploymentRow>('Deployment');

/** Pothos `isTypeOf` for rows: tells them by a property that only they have. */
export const isRowWith = (property: string) => (value: unknown) =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, property);
