import { builder } from './builder.ts';
import { postgresSource } from './provenance.ts';

/** A label of a model or version. */
export const TagType = builder.objectRef<{ key: string; value: string }>('Tag').implement({
  description: 'A label: a key with a value.',
  extensions: postgresSource,
  fields: (t) => ({
    key: t.exposeString('key', { nullable: false, description: 'What it is about.' }),
    value: t.exposeString('value', { nullable: false, description: 'What it says.' }),
  }),
});

/** Tags by key. */
export const toTags = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
