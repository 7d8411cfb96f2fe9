import { z } from 'zod';
import { groupsOf, type Results, storeIds } from './results.ts';
import { rows } from './rows.ts';
import { answerHypotheses } from './statistics/answer-hypotheses.ts';
import { findWinner } from './statistics/find-winner.ts';
import { summarize } from './statistics/summarize.ts';

/** Results as JSON: the raw samples, and for machines that want no more what follows from them. */
export function resultsJson(results: Results): string {
  const cells = results.cells.map(({ rounds, ...cell }) => ({
    ...cell,
    summary: summarize({ ...cell, rounds }),
    rounds,
  }));
  const verdicts = groupsOf(results.cells).map(
    ({ name: { size, row, route, durability, callers }, cells: ofGroup }) => ({
      ...{ size, row, route, durability, callers },
      ...findWinner(ofGroup, results.engines),
    }),
  );
  const { cells: _, ...rest } = results;
  return `${JSON.stringify({ ...rest, hypotheses: answerHypotheses(results), verdicts, cells })}\n`;
}

const settings = z.record(z.string(), z.string());
const resultsSchema = z.object({
  format: z.literal(1),
  startedAt: z.string(),
  endedAt: z.string(),
  complete: z.boolean(),
  method: z.object({ rounds: z.number(), secondsPerRound: z.number() }),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGb: z.number(),
    system: z.string(),
    node: z.string(),
    loadBefore: z.number(),
    loadAfter: z.number(),
  }),
  engines: z.array(
    z.object({
      store: z.enum(storeIds),
      label: z.string(),
      standIn: z.boolean(),
      down: z.string().optional(),
      settings: z.object({ memory: settings.optional(), disk: settings.optional() }),
    }),
  ),
  cells: z.array(
    z.object({
      size: z.number(),
      row: z.enum(rows.map(({ id }) => id)),
      route: z.enum(['client', 'gateway']),
      durability: z.enum(['memory', 'disk']),
      callers: z.number(),
      store: z.enum(storeIds),
      state: z.enum(['measured', 'failed', 'not-applicable']),
      reason: z.string().optional(),
      rounds: z.array(z.object({ ms: z.number(), samplesUs: z.array(z.number()) })),
    }),
  ),
});

/** The text of a results.json → results. Fails with a SyntaxError for what is none. */
export function parseResults(text: string): Results {
  const parsed = resultsSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new SyntaxError('no results of this command');
  return parsed.data as Results;
}
