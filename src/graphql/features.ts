import { badUserInput, ModelGraphError } from '../errors.ts';
import type { FeatureValue, FeatureVector } from '../stores/redis/features.ts';
import { builder } from './builder.ts';
import { checkKeyName } from './key-names.ts';
import { fromRedis, redisSource } from './provenance.ts';

const FeatureStatusEnum = builder.enumType('FeatureStatus', {
  description: 'What can be said of a feature’s value.',
  values: {
    PRESENT: { description: 'It is there and fresh.' },
    NULL_VALUE: { description: 'It is there, fresh, and null.' },
    NOT_FOUND: { description: 'There is none, or none any more.' },
    OUTSIDE_MAX_AGE: { description: 'There is one, but its event is longer ago than the view allows.' },
  } as const,
});

const FeatureValueType = builder.objectRef<FeatureValue>('FeatureValue').implement({
  description: 'A feature of an entity, as of this answer.',
  extensions: redisSource,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'The feature.' }),
    status: t.expose('status', {
      type: FeatureStatusEnum,
      nullable: false,
      description: 'What can be said of its value.',
    }),
    value: t.expose('value', {
      type: 'JSON',
      description: 'Its value; null unless PRESENT, so that nobody takes an old one for fresh.',
    }),
    eventTimestamp: t.expose('eventTimestamp', {
      type: 'DateTime',
      description: 'When it was true; null when there is none.',
    }),
  }),
});

const FeatureVectorType = builder.objectRef<FeatureVector>('FeatureVector').implement({
  description: 'What a view knows of an entity.',
  extensions: redisSource,
  fields: (t) => ({
    entity: t.exposeString('entity', { nullable: false, description: 'The entity.' }),
    values: t.expose('values', {
      type: [FeatureValueType],
      nullable: { list: false, items: false },
      description: 'The features in the order of `names`; without it all that are there, by name.',
    }),
    ttlSeconds: t.exposeInt('ttlSeconds', {
      description:
        'For how long after its event a value is fresh, as the row of the newest event said; null when nothing is known of the entity.',
    }),
  }),
});

const maxEntities = 1_000;
const maxNames = 200;

builder.queryField('features', (t) =>
  t.field({
    type: [FeatureVectorType],
    nullable: { list: true, items: true },
    description:
      'What a view knows of each entity, in the order of `entities`, read together in one moment’s round trip. Values older than the view allows come as OUTSIDE_MAX_AGE, not as fresh. An item is null, with an error, only where Redis holds something else.',
    extensions: fromRedis,
    args: {
      view: t.arg.string({ required: true, description: 'The feature view.' }),
      entities: t.arg.stringList({ required: true, description: `The entities, at most ${maxEntities}.` }),
      names: t.arg.stringList({
        description: `Only these features are read, at most ${maxNames}; all, when left out.`,
      }),
    },
    resolve: async (_, { view, entities, names }, { loaders }) => {
      checkKeyName('view', view, ['view']);
      if (entities.length > maxEntities)
        throw badUserInput(['entities'], `Give at most ${maxEntities} entities.`);
      if (names && (names.length === 0 || names.length > maxNames))
        throw badUserInput(['names'], `Give 1 to ${maxNames} names, or leave it out for all.`);
      checkTexts(entities, 500, 'entities');
      checkTexts(names ?? [], 200, 'names');
      const vectors = await loaders.features.vectors(view, entities, names ?? undefined);
      return vectors.map((vector) => (vector instanceof ModelGraphError ? Promise.reject(vector) : vector));
    },
  }),
);

/** What could never have been written is refused: cut or mended, it would find another's values. */
function checkTexts(texts: readonly string[], maxCharacters: number, argument: string): void {
  texts.forEach((text, n) => {
    if (text === '' || text.length > maxCharacters || /\p{Cs}/u.test(text))
      throw badUserInput(
        [argument, String(n)],
        `Give 1 to ${maxCharacters} characters, none of them half of one.`,
      );
  });
}
