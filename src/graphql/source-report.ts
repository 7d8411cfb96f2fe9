import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import { type StoreState, stateOf } from '../policies/health.ts';
import type { Store } from '../store-name.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { PresenceEnum, StoreEnum, StoreStateEnum } from './enums.ts';
import { gatewaySource } from './provenance.ts';

interface SourceReport {
  readonly store: Store;
  readonly state: StoreState;
  readonly presence: 'PRESENT' | 'ABSENT' | 'UNKNOWN';
  readonly code: string | null;
}

export const SourceReportType = builder.objectRef<SourceReport>('SourceReport').implement({
  description: 'What one store said of a model in this very answer.',
  extensions: gatewaySource,
  fields: (t) => ({
    store: t.expose('store', { type: StoreEnum, nullable: false, description: 'The store.' }),
    state: t.expose('state', { type: StoreStateEnum, nullable: false, description: 'How it answered.' }),
    presence: t.expose('presence', {
      type: PresenceEnum,
      nullable: false,
      description: 'Whether it knows the model.',
    }),
    ageMs: t.int({
      description: 'How old what it said is, in milliseconds; null when it was read for this answer.',
      resolve: () => null,
    }),
    code: t.exposeString('code', { description: 'The error’s code, when it failed, or STALE_READ.' }),
  }),
});

/** Asks all three stores whether they know the model; shares their calls with the fields beside it. */
export async function resolveSources(
  name: ModelName,
  { loaders: { models, configs, serving }, stale }: GraphQLContext,
): Promise<SourceReport[]> {
  const reports = await Promise.all([
    report('POSTGRES', models.byName(name)),
    report('MONGODB', configs.head(name, [])),
    report('REDIS', serving.byName(name, [])),
  ]);
  const lagging = stale.get(name) ?? [];
  return reports.map((each) =>
    each.state === 'OK' && lagging.includes(each.store)
      ? { ...each, state: 'STALE', code: 'STALE_READ' }
      : each,
  );
}

async function report(store: Store, asked: Promise<unknown>): Promise<SourceReport> {
  try {
    return { store, state: 'OK', presence: (await asked) === undefined ? 'ABSENT' : 'PRESENT', code: null };
  } catch (error) {
    const failure = error instanceof ModelGraphError ? error : undefined;
    const state = failure ? stateOf(failure) : 'UNAVAILABLE';
    return { store, state, presence: 'UNKNOWN', code: failure?.code ?? 'INTERNAL' };
  }
}
