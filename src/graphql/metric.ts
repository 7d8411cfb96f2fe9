import { builder } from './builder.ts';
import { NonFiniteEnum } from './enums.ts';

interface MetricShape {
  readonly key: string;
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity';
  readonly step: string | null;
  readonly recordedAt: string | null;
}

const nonFinite = { NaN: 'NAN', Infinity: 'POSITIVE_INFINITY', '-Infinity': 'NEGATIVE_INFINITY' } as const;

/** A measured number. */
export const MetricType = builder.objectRef<MetricShape>('Metric').implement({
  description: 'A number as trained: NaN and infinities are kept, not nulled or clamped.',
  extensions: { source: 'the run or the configuration that holds it' },
  fields: (t) => ({
    key: t.exposeString('key', { nullable: false, description: 'What was measured, such as accuracy.' }),
    value: t.float({
      description: 'The number; null when it is not finite, and then `nonFinite` says what it is.',
      resolve: ({ value }) => (typeof value === 'number' ? value : null),
    }),
    nonFinite: t.field({
      type: NonFiniteEnum,
      description: 'Set when the number is NaN or infinite.',
      resolve: ({ value }) => (typeof value === 'number' ? null : nonFinite[value]),
    }),
    step: t.expose('step', { type: 'Int64', description: 'The training step it was measured at.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was written down.' }),
  }),
});
