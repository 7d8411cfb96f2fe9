import type { ModelOrder } from '../model-list.ts';
import { builder } from './builder.ts';
import { SortDirectionEnum } from './enums.ts';
import { checkOrderMetric } from './metric-filter.ts';

const ModelOrderFieldEnum = builder.enumType('ModelOrderField', {
  description: 'What models can be ordered by; the name decides between equals.',
  values: {
    NAME: { description: 'Its name.' },
    CREATED_AT: { description: 'When it was registered.' },
    UPDATED_AT: { description: 'When it last changed.' },
    BEST_METRIC: {
      description:
        'The best that any of its runs ended with in `metric`: the highest finite value for DESC, the lowest for ASC. Models without one come last in both.',
    },
    PREDICTION_COUNT: {
      description:
        'How many predictions it served. Redis chooses and orders the rows, so it takes no filter, and models that never served are not in the list.',
    },
  } as const,
});

export const ModelOrderInput = builder.inputType('ModelOrder', {
  description: 'The order of models.',
  fields: (t) => ({
    field: t.field({ type: ModelOrderFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: SortDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Which end comes first.',
    }),
    metric: t.string({ description: 'The metric, for BEST_METRIC and for nothing else.' }),
  }),
});

/** The order, checked: by name when none is given. Fails with BAD_USER_INPUT under `orderBy`. */
export function checkModelOrder(
  orderBy: typeof ModelOrderInput.$inferInput | null | undefined,
): ModelOrder | { by: 'PREDICTION_COUNT'; descending: boolean } {
  const { field: by, direction, metric } = orderBy ?? { field: 'NAME', direction: 'ASC' };
  checkOrderMetric(by, by === 'BEST_METRIC', metric);
  const descending = direction === 'DESC';
  return by === 'BEST_METRIC' ? { by, metric: metric ?? '', descending } : { by, descending };
}
