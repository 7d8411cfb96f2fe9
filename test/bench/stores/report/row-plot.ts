import { type Cell, type Engine, groupsOf, type StoreId, storeIds, storeTitles } from '../results.ts';
import { findWinner } from '../statistics/find-winner.ts';
import { type Summary, sortedSamples, summarize } from '../statistics/summarize.ts';
import { escapeHtml } from './escape-html.ts';
import { type LogScale, logDensity, logScale } from './log-scale.ts';
import * as words from './words.ts';

const laneHeight = 26;
const groupGap = 16;
const top = 40;
const labels = { group: 0, store: 142, figures: 1080 };
const rates = { left: 240, width: 300 };
const latencies = { left: 600, width: 330 };
const width = 1_080;

interface Lane {
  readonly cell: Cell;
  readonly summary: Summary | undefined;
  readonly y: number;
  readonly won: boolean;
  readonly standIn: boolean;
}

/** The groups of one row and size: on the left operations per second, on the right how long they took; a lane for each store. */
export function rowPlot(cells: readonly Cell[], engines: readonly Engine[]): string {
  const lanes: Lane[] = [];
  const titles: string[] = [];
  let y = top;
  for (const { name, cells: ofGroup } of groupsOf(cells)) {
    const verdict = findWinner(ofGroup, engines);
    titles.push(
      text(labels.group, y + 17, name.route === 'client' ? 'client' : 'GraphQL', 'group'),
      text(labels.group, y + 33, words.callersText(name.callers), 'soft'),
      ...(name.durability === 'disk' ? [text(labels.group, y + 49, 'on disk first', 'soft')] : []),
    );
    for (const store of storeIds) {
      const cell = ofGroup.find((one) => one.store === store);
      if (!cell) continue;
      const won = verdict.kind === 'winner' && verdict.store === store;
      lanes.push({ cell, summary: summarize(cell), y, won, standIn: words.isStandIn(engines, store) });
      y += laneHeight;
    }
    y += groupGap;
  }
  const measured = lanes.flatMap(({ summary }) => summary ?? []);
  if (measured.length === 0)
    return `<p class="soft">${words.reasonsOf(cells).map(escapeHtml).join('; ')}</p>`;
  const perSecond = logScale(
    measured.flatMap(({ perSecondRange }) => [...perSecondRange]),
    rates.left,
    rates.width,
  );
  const ms = logScale(
    measured.flatMap(({ p50Ms, p99Ms }) => [p50Ms / 3, p99Ms * 1.3]),
    latencies.left,
    latencies.width,
  );
  const parts = [
    axis(perSecond, y, 'operations per second', words.rate),
    axis(ms, y, 'how long one took, ms', (value) => String(Number(value.toPrecision(2)))),
    text(labels.figures, 14, 'p50 / p95 / p99 ms', 'soft end'),
    ...titles,
    ...lanes.map((lane) => laneOf(lane, perSecond, ms)),
  ];
  return `<svg viewBox="0 0 ${width} ${y}" role="img" aria-label="Throughput and latency">${parts.join('')}</svg>`;
}

function laneOf({ cell, summary, y, won, standIn }: Lane, perSecond: LogScale, ms: LogScale): string {
  const kind = `${cell.store}${standIn ? ' stand-in' : ''}${won ? ' won' : ''}`;
  const middle = y + laneHeight / 2;
  const name = text(labels.store, middle + 4, `${storeTitles[cell.store]}${standIn ? '*' : ''}`, 'name');
  const line = `<path class="lane" d="M${rates.left} ${middle}h${rates.width}"/>`;
  if (!summary) {
    const why = `${words.emptyText(cell)}: ${cell.reason ?? ''}`;
    return `<g class="${kind}">${name}${line}${text(rates.left + 6, middle + 4, why, 'soft backed')}</g>`;
  }
  const [low, high] = summary.perSecondRange.map((value) => perSecond.at(value)) as [number, number];
  const x = perSecond.at(summary.perSecond);
  const left = x > rates.left + rates.width - 60;
  const value = text(
    left ? low - 9 : high + 9,
    middle + 4,
    words.rate(summary.perSecond),
    `value${left ? ' end' : ''}`,
  );
  const noise = `<path class="noise" d="M${low.toFixed(1)} ${middle}H${high.toFixed(1)}"/>`;
  const percentiles = [summary.p50Ms, summary.p95Ms, summary.p99Ms];
  const ticks = percentiles.map(
    (at, n) => `<path class="p${n}" d="M${ms.at(at).toFixed(1)} ${y + laneHeight - 2}v-${[18, 9, 9][n]}"/>`,
  );
  const figures = text(
    labels.figures,
    middle + 4,
    percentiles.map(words.milliseconds).join(' / '),
    'soft end',
  );
  return `<g class="${kind}">${name}${line}${noise}${mark(cell.store, x, middle)}${value}${densityOf(cell, y, ms)}${ticks.join('')}${figures}</g>`;
}

/** The shape of the distribution, cut off where the axis ends. */
function densityOf(cell: Cell, y: number, ms: LogScale): string {
  const base = y + laneHeight - 2;
  const points = logDensity(sortedSamples(cell.rounds), 70)
    .map(({ value, share }) => ({ x: ms.at(value / 1_000), share }))
    .filter(({ x }) => x >= latencies.left && x <= latencies.left + latencies.width)
    .map(({ x, share }) => `${x.toFixed(1)} ${(base - share * (laneHeight - 5)).toFixed(1)}`);
  if (points.length === 0) return '';
  const [from, to] = [points[0], points.at(-1)].map((point) => String(point).split(' ')[0]);
  return `<path class="density" d="M${from} ${base}L${points.join('L')}L${to} ${base}Z"/>`;
}

/** A shape for each store, for those who see colours otherwise. */
function mark(store: StoreId, x: number, y: number): string {
  const at = x.toFixed(1);
  if (store === 'postgres') return `<circle class="mark" cx="${at}" cy="${y}" r="6"/>`;
  if (store === 'mongo')
    return `<rect class="mark" x="${(x - 5.5).toFixed(1)}" y="${y - 5.5}" width="11" height="11"/>`;
  return `<path class="mark" d="M${at} ${y - 7}l7 12h-14z"/>`;
}

function axis(
  { at, ticks }: LogScale,
  bottom: number,
  title: string,
  show: (value: number) => string,
): string {
  const left = at(ticks[0] ?? 1);
  const lines = ticks.map(
    (tick) => `<path class="grid" d="M${at(tick).toFixed(1)} ${top - 8}V${bottom - groupGap}"/>`,
  );
  const texts = ticks.map((tick) => text(at(tick), top - 12, show(tick), 'soft middle'));
  return `${lines.join('')}${texts.join('')}${text(Math.max(left, 0), 12, title, 'axis')}`;
}

const text = (x: number, y: number, content: string, kind: string) =>
  `<text x="${x.toFixed(1)}" y="${y}" class="${kind}">${escapeHtml(content)}</text>`;
