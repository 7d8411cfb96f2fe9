import { builder } from './builder.ts';
import type { RateLimit } from './context.ts';
import { gatewaySource, redisSource } from './provenance.ts';

const RateLimitType = builder.objectRef<RateLimit>('RateLimit').implement({
  description:
    'What the caller of this request may still ask. Points that were taken come back evenly; the same stands in the headers RateLimit and RateLimit-Policy.',
  extensions: redisSource,
  fields: (t) => ({
    limit: t.exposeInt('limit', { nullable: false, description: 'How many points there are at most.' }),
    cost: t.exposeInt('cost', {
      nullable: false,
      description:
        'Points that this request took, told from its text and variables. It is at least 1: an object costs 1, or what the directive @cost says, and as often as a page (`first`, `last`) or a list in the arguments has room for it; scalars and introspection cost nothing, and a write 1 more for each entry of its longest list. What costs more than the limit passes when no point is in use, and takes them all.',
    }),
    remaining: t.exposeInt('remaining', { nullable: false, description: 'Points that are left.' }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When all points are back, should nothing be asked until then.',
    }),
    scope: t.exposeString('scope', {
      nullable: false,
      description:
        'Whose points these are: `key:` and the name of the API key, or without a key `address:` and the address.',
    }),
    degraded: t.exposeBoolean('degraded', {
      nullable: false,
      description:
        'True while Redis cannot count: then each gateway counts by itself, and knows nothing of the others.',
    }),
  }),
});

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimitType,
    description: 'What this caller may still ask; null when there is no limit.',
    extensions: gatewaySource,
    resolve: (_, __, { rateLimit }) => rateLimit,
  }),
);
