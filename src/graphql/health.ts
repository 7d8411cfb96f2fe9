import type { StoreHealth } from '../policies/health.ts';
import { builder } from './builder.ts';
import type { Health } from './context.ts';
import { StoreEnum, StoreStateEnum } from './enums.ts';
import { fromAll, gatewaySource } from './provenance.ts';

const StoreHealthType = builder.objectRef<StoreHealth>('StoreHealth').implement({
  description: 'How a store is, pinged for this answer.',
  extensions: gatewaySource,
  fields: (t) => ({
    store: t.expose('store', { type: StoreEnum, nullable: false, description: 'The store.' }),
    state: t.expose('state', {
      type: StoreStateEnum,
      nullable: false,
      description: 'How it answered the ping.',
    }),
    latencyMs: t.exposeFloat('latencyMs', { description: 'How long the ping took; null when it failed.' }),
    openUntil: t.expose('openUntil', {
      type: 'DateTime',
      description: 'When it will be tried again; null while it is not left alone.',
    }),
  }),
});

const HealthType = builder.objectRef<Health>('Health').implement({
  description: 'How the gateway and its stores are.',
  extensions: gatewaySource,
  fields: (t) => ({
    ready: t.exposeBoolean('ready', {
      nullable: false,
      description:
        'Whether it takes requests and at least one store answers: a store may die, the answer does not.',
    }),
    stores: t.expose('stores', {
      type: [StoreHealthType],
      nullable: { list: false, items: false },
      description: 'Each store.',
    }),
  }),
});

builder.queryField('health', (t) =>
  t.field({
    type: HealthType,
    nullable: false,
    description: 'How the gateway and its stores are. Never an error.',
    extensions: fromAll,
    resolve: (_, __, { health }) => health(),
  }),
);
