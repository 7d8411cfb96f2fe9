import { type Cell, groupsOf, type Results, type StoreId, storeTitles } from '../results.ts';
import type { RowId } from '../rows.ts';
import { exceeds, findWinner, noiseOf } from './find-winner.ts';
import { type Summary, summarize } from './summarize.ts';

/** A supposition, and what the figures say to it; `unknown`: they cannot say, for `figures` tells why. */
export interface Answer {
  readonly hypothesis: string;
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly figures: string;
}

/** The suppositions that the comparison was built to put to the test, by the clients' own rows. Yes means in each case. */
export const answerHypotheses = (results: Results): Answer[] => [
  { hypothesis: 'Redis is more than ten times faster for reads.', ...redisTenTimes(results) },
  { hypothesis: 'PostgreSQL wins complex queries.', ...postgresWinsComplex(results) },
  { hypothesis: 'MongoDB sits in between.', ...mongoInBetween(results) },
];

type Said = Omit<Answer, 'hypothesis'>;

function redisTenTimes(results: Results): Said {
  const cases = casesOf(results, ['read', 'batch-read']).flatMap(({ title, of }) => {
    const redis = of('redis');
    const others = (['postgres', 'mongo'] as const).flatMap((store) => {
      const other = of(store);
      return redis && other
        ? [{ store, factor: redis.perSecond / other.perSecond, noise: noiseOf(redis, other) }]
        : [];
    });
    return others.map(({ store, factor, noise }) => ({
      yes: exceeds(factor / 10, noise),
      text: `${title}: ×${factor.toFixed(1)} of ${storeTitles[store]}`,
    }));
  });
  return verdictOf(results, cases, ['redis', 'postgres']);
}

function postgresWinsComplex(results: Results): Said {
  const groups = groupsOf(results.cells).filter(
    ({ name }) => name.row === 'complex' && name.route === 'client',
  );
  const cases = groups.flatMap(({ name, cells }) => {
    const verdict = findWinner(cells, results.engines);
    if (verdict.kind === 'none') return [];
    const text =
      verdict.kind === 'winner' ? `${storeTitles[verdict.store]} ×${verdict.factor.toFixed(1)}` : 'no winner';
    return [
      { yes: verdict.kind === 'winner' && verdict.store === 'postgres', text: `${titleOf(name)}: ${text}` },
    ];
  });
  return verdictOf(results, cases, ['postgres', 'mongo']);
}

function mongoInBetween(results: Results): Said {
  const cases = casesOf(results, ['read', 'batch-read', 'write', 'batch-write', 'range']).flatMap(
    ({ title, of }) => {
      const [postgres, mongo, redis] = [of('postgres'), of('mongo'), of('redis')];
      if (!postgres || !mongo || !redis) return [];
      const [low, high] = [postgres, redis].sort((a, b) => a.perSecond - b.perSecond) as [Summary, Summary];
      const yes =
        exceeds(mongo.perSecond / low.perSecond, noiseOf(mongo, low)) &&
        exceeds(high.perSecond / mongo.perSecond, noiseOf(mongo, high));
      const figures = [postgres, mongo, redis].map(({ perSecond }) => Math.round(perSecond)).join(' / ');
      return [{ yes, text: `${title}: ${figures} a second` }];
    },
  );
  return verdictOf(results, cases, ['mongo', 'postgres', 'redis']);
}

function verdictOf(
  results: Results,
  cases: readonly { yes: boolean; text: string }[],
  needed: StoreId[],
): Said {
  const lacking = needed.flatMap((store) => {
    const engine = results.engines.find((one) => one.store === store);
    if (engine?.down !== undefined) return [`${storeTitles[store]} could not be measured`];
    return engine?.standIn ? [`${engine.label}, only stands in for ${storeTitles[store]}`] : [];
  });
  if (lacking.length > 0) return { answer: 'unknown', figures: `${lacking.join('; ')}.` };
  if (cases.length === 0) return { answer: 'unknown', figures: 'These rows were not measured.' };
  const texts = cases.map(({ text, yes }) => `${text} (${yes ? 'yes' : 'no'})`);
  return { answer: cases.every(({ yes }) => yes) ? 'yes' : 'no', figures: `${texts.join('; ')}.` };
}

/** The clients' own groups of these rows, with the numbers of each real store. */
function casesOf({ cells, engines }: Results, rows: readonly RowId[]) {
  const real = (cell: Cell) => engines.some(({ store, standIn }) => store === cell.store && !standIn);
  return groupsOf(cells)
    .filter(({ name }) => rows.includes(name.row) && name.route === 'client' && name.durability === 'memory')
    .map(({ name, cells: ofGroup }) => ({
      title: titleOf(name),
      of: (store: StoreId): Summary | undefined => {
        const cell = ofGroup.find((one) => one.store === store && real(one));
        return cell && summarize(cell);
      },
    }));
}

const titleOf = ({ row, size, callers }: { row: RowId; size: number; callers: number }) =>
  `${row}, ${size.toLocaleString('en')}, ${callers} ${callers === 1 ? 'caller' : 'callers'}`;
