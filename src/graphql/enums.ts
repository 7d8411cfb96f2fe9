import { builder } from './builder.ts';

export const StoreEnum = builder.enumType('Store', {
  description: 'The three stores behind the gateway.',
  values: {
    POSTGRES: { description: 'PostgreSQL: the registry.' },
    MONGODB: { description: 'MongoDB: configuration documents.' },
    REDIS: { description: 'Redis: hot counters and ranks.' },
  } as const,
});

export const StoreStateEnum = builder.enumType('StoreState', {
  description: 'How a store answered.',
  values: {
    OK: { description: 'It answered.' },
    STALE: { description: 'It answered, but lags behind what was asked for.' },
    TIMEOUT: { description: 'It did not answer in time.' },
    UNAVAILABLE: { description: 'It could not be reached, or could not be read.' },
    CIRCUIT_OPEN: { description: 'It failed several times in a row and is left alone for a moment.' },
  } as const,
});

export const PresenceEnum = builder.enumType('Presence', {
  description: 'Whether a store knows a model.',
  values: {
    PRESENT: { description: 'It does.' },
    ABSENT: { description: 'It says that it does not.' },
    UNKNOWN: { description: 'It did not say.' },
  } as const,
});

export const RunStatusEnum = builder.enumType('RunStatus', {
  description: 'Where a training run stands.',
  values: {
    SCHEDULED: { description: 'Not begun.' },
    RUNNING: { description: 'Under way.' },
    FINISHED: { description: 'Came to its end.' },
    FAILED: { description: 'Ended with an error, or diverged.' },
    KILLED: { description: 'Was stopped.' },
  } as const,
});

export const EnvironmentEnum = builder.enumType('Environment', {
  description: 'Where a version is deployed to.',
  values: {
    DEVELOPMENT: { description: 'For those who build.' },
    STAGING: { description: 'For a last look.' },
    PRODUCTION: { description: 'For users.' },
  } as const,
});

export const DeploymentStatusEnum = builder.enumType('DeploymentStatus', {
  description: 'Where a deployment stands.',
  values: {
    PENDING: { description: 'Asked for.' },
    DEPLOYING: { description: 'Under way.' },
    ACTIVE: { description: 'Takes its share of the traffic.' },
    FAILED: { description: 'Did not come up.' },
    RETIRED: { description: 'Takes no more traffic.' },
  } as const,
});

export const DatasetRoleEnum = builder.enumType('DatasetRole', {
  description: 'What a run used a dataset for.',
  values: {
    TRAIN: { description: 'To fit the model.' },
    VALIDATION: { description: 'To choose hyperparameters.' },
    TEST: { description: 'To measure on rows held out.' },
  } as const,
});

export const NonFiniteEnum = builder.enumType('NonFinite', {
  description: 'What a metric was when it was no finite number.',
  values: {
    NAN: { description: 'Not a number.' },
    POSITIVE_INFINITY: { description: 'Beyond every number.' },
    NEGATIVE_INFINITY: { description: 'Below every number.' },
  } as const,
});

export const SortDirectionEnum = builder.enumType('SortDirection', {
  description: 'Which end of a list comes first.',
  values: { ASC: { description: 'The least first.' }, DESC: { description: 'The greatest first.' } } as const,
});

export const ConsistencyEnum = builder.enumType('Consistency', {
  description: 'How new an answer must be.',
  values: {
    STRONG: { description: 'As PostgreSQL has decided, up to the moment of reading.' },
    EVENTUAL: {
      description:
        'As far as MongoDB has been told of it: from its copies of the models, and so also while PostgreSQL is down. `asOf` says how new they are.',
    },
  } as const,
});

export const LineageDirectionEnum = builder.enumType('LineageDirection', {
  description: 'Which way to follow lineage.',
  values: {
    UPSTREAM: { description: 'To what it was made of.' },
    DOWNSTREAM: { description: 'To what was made of it.' },
  } as const,
});
