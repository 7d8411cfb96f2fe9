import type { AliasRow } from '../stores/postgres/aliases.ts';
import { builder } from './builder.ts';
import { postgresSource } from './provenance.ts';
import { ModelVersionRef } from './refs.ts';

export const ModelAliasType = builder.objectRef<AliasRow>('ModelAlias').implement({
  description: 'A name that points at one version of a model and can move to another.',
  extensions: postgresSource,
  fields: (t) => ({
    alias: t.exposeString('alias', { nullable: false, description: 'The name, such as champion.' }),
    version: t.field({
      type: ModelVersionRef,
      nullable: false,
      description: 'The version it points at.',
      resolve: ({ modelName, version }) => ({ name: modelName, version }),
    }),
    setAt: t.expose('setAt', { type: 'DateTime', nullable: false, description: 'When it last moved.' }),
    setBy: t.exposeString('setBy', { description: 'Who moved it; null when that is not known.' }),
    protected: t.exposeBoolean('protected', {
      nullable: false,
      description: 'Whether it refuses to be moved.',
    }),
    revision: t.exposeInt('revision', { nullable: false, description: 'Grows with every move.' }),
  }),
});
