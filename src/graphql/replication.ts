import type { ReplicationRow } from '../stores/postgres/replication.ts';
import { builder } from './builder.ts';
import { postgresSource } from './provenance.ts';

const ReplicationStateEnum = builder.enumType('ReplicationState', {
  description: 'How far something is on its way to another store.',
  extensions: postgresSource,
  values: {
    PENDING: { description: 'It will be told, as soon as the store can be.' },
    APPLIED: { description: 'The store knows it.' },
    FAILED: { description: 'The store refused it for good; see replayDeadLetters.' },
  },
});

export const ReplicationType = builder.objectRef<ReplicationRow>('Replication').implement({
  description: 'How far something that PostgreSQL decided is on its way to MongoDB.',
  extensions: postgresSource,
  fields: (t) => ({
    state: t.expose('state', { type: ReplicationStateEnum, nullable: false, description: 'How far.' }),
    sequence: t.expose('sequence', {
      type: 'Int64',
      description: 'The number of its event; null for what came with a seed.',
    }),
    appliedAt: t.expose('appliedAt', {
      type: 'DateTime',
      description: 'When MongoDB knew it; null as long as it does not, and when that is more than a day ago.',
    }),
    attempts: t.exposeInt('attempts', { nullable: false, description: 'How often it was told.' }),
    lastError: t.exposeString('lastError', { description: 'Why MongoDB refused it.' }),
  }),
});
