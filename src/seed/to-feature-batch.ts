import type { FeatureBatch } from '../stores/redis/write-features.ts';
import type { DemoFeatureView } from './demo-data.ts';

const minuteMs = 60_000;

/** A view as the writer of features takes it: the first row was measured a minute before now, each further one a minute earlier. */
export function toFeatureBatch({ name, ttlSeconds, rows }: DemoFeatureView, nowMs: number): FeatureBatch {
  return {
    view: name,
    ttlSeconds,
    rows: rows.map(({ entity, values }, n) => ({
      entity,
      eventMicroseconds: (nowMs - (n + 1) * minuteMs) * 1_000,
      values: Object.entries(values).map(([feature, value]) => [feature, JSON.stringify(value)] as const),
    })),
  };
}
