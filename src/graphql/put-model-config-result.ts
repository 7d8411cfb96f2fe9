import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { formatJsonPointer } from '../json-pointer.ts';
import type { PutModelConfigSuccess } from '../operations/put-model-config.ts';
import { builder } from './builder.ts';
import { shownParts } from './config-selection.ts';
import { resultUnion } from './mutation.ts';
import { mongoSource } from './provenance.ts';
import { ModelConfigRef } from './refs.ts';
import { selectedFields } from './selection.ts';

const PutModelConfigSuccessType = builder
  .objectRef<PutModelConfigSuccess>('PutModelConfigSuccess')
  .implement({
    description: 'The configuration is written, and will last.',
    extensions: mongoSource,
    fields: (t) => ({
      config: t.expose('config', {
        type: ModelConfigRef,
        nullable: false,
        description: 'The configuration as this write left it.',
      }),
      replayed: t.exposeBoolean('replayed', {
        nullable: false,
        description:
          'The write had been done before under its idempotencyKey; `config` is as it is now, which may be after later writes.',
      }),
    }),
  });

/** What a write to a configuration is answered with. */
export const PutModelConfigResult = resultUnion(PutModelConfigSuccessType, [
  'NotFoundError',
  'ConflictError',
  'IdempotencyConflictError',
]);

/** The parts of the written document that the query shows: the write itself gives them back. Fails for a wrong pointer. */
export function shownPaths(info: GraphQLResolveInfo): string[] {
  const [success, config] = [PutModelConfigSuccessType, ModelConfigRef].map(({ name }) =>
    info.schema.getType(name),
  );
  if (!isObjectType(success) || !isObjectType(config)) throw new TypeError('a write shows no configuration');
  return selectedFields(info, success)
    .filter(({ field }) => field.name === 'config')
    .flatMap(({ nodes }) => shownParts({ ...info, fieldNodes: nodes }, config))
    .map(formatJsonPointer);
}
