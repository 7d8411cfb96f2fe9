import Table from 'cli-table3';
import pc from 'picocolors';
import { type Cell, groupsOf, type Results, type StoreId, storeIds, storeTitles } from '../results.ts';
import { rowOf } from '../rows.ts';
import { answerHypotheses } from '../statistics/answer-hypotheses.ts';
import { findWinner, type Verdict } from '../statistics/find-winner.ts';
import { summarize } from '../statistics/summarize.ts';
import * as words from './words.ts';

/** The whole as text for a terminal: a table for each size, route and durability, and what the suppositions are worth. */
export function resultsTable(results: Results): string {
  const lines = [
    ...results.engines.map(engineLine),
    `${results.machine.cores} × ${results.machine.cpu}, Node.js ${results.machine.node}, load ${results.machine.loadBefore.toFixed(1)} before and ${results.machine.loadAfter.toFixed(1)} after`,
    `${results.method.rounds} rounds of ${results.method.secondsPerRound} s after one to warm up${results.complete ? '' : pc.yellow('; stopped before its end: a partial report')}`,
  ];
  const sections = new Map<string, Cell[]>();
  for (const cell of results.cells) {
    const durability =
      rowOf(cell.row).writes && cell.durability === 'disk' ? `, ${words.durabilityText.disk}` : '';
    const title = `${words.sizeText(cell.size)}, ${words.routeText(cell)}${durability}`;
    sections.set(title, [...(sections.get(title) ?? []), cell]);
  }
  for (const [title, cells] of sections) {
    lines.push(
      '',
      pc.bold(title),
      sectionTable(cells, results),
      ...words.reasonsOf(cells).map((text) => pc.dim(`  ${text}`)),
    );
  }
  lines.push('');
  for (const { hypothesis, answer, figures } of answerHypotheses(results)) {
    const said = { yes: pc.green('Yes.'), no: pc.red('No.'), unknown: pc.yellow('Cannot be said.') }[answer];
    lines.push(`“${hypothesis}” ${said} ${figures}`);
  }
  return lines.join('\n');
}

const engineLine = ({ store, label, standIn, down, settings }: Results['engines'][number]): string => {
  if (down !== undefined) return `${storeTitles[store]}: ${pc.red('down')}. ${down}`;
  const mark = standIn
    ? pc.yellow(' a stand-in, not the real server: marked *, and left out of winners')
    : '';
  const said = Object.entries(settings.memory ?? {}).map(([name, value]) => `${name} ${value || 'none'}`);
  return `${storeTitles[store]}: ${pc.bold(label)}${mark} ${pc.dim(said.join(', '))}`;
};

function sectionTable(cells: readonly Cell[], results: Results): string {
  const table = new Table({
    head: ['', 'callers', ...storeIds.map((store) => storeTitles[store]), 'fastest'].map(pc.bold),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    // Its own colours would come into files too.
    style: { head: [], border: [], compact: true },
    wordWrap: false,
  });
  let before = '';
  for (const { name, cells: ofGroup } of groupsOf(cells)) {
    const verdict = findWinner(ofGroup, results.engines);
    const figures = storeIds.map((store) => figureOf(store, ofGroup, verdict, results));
    table.push([
      name.row === before ? '' : rowOf(name.row).title,
      name.callers,
      ...figures,
      verdictCell(verdict),
    ]);
    before = name.row;
  }
  return table.toString();
}

/** `12.3k/s ±4 %` and beneath it p50 / p95 / p99 in milliseconds. */
function figureOf(store: StoreId, cells: readonly Cell[], verdict: Verdict, { engines }: Results): string {
  const cell = cells.find((one) => one.store === store);
  const summary = cell && summarize(cell);
  if (!summary) return pc.dim(words.emptyText(cell));
  const mark = words.isStandIn(engines, store) ? '*' : '';
  const won = verdict.kind === 'winner' && verdict.store === store;
  const figure = `${words.rate(summary.perSecond)}/s${mark}`;
  const noise = pc.dim(words.percentText(summary.noise));
  const percentiles = [summary.p50Ms, summary.p95Ms, summary.p99Ms].map(words.milliseconds).join(' / ');
  return `${won ? pc.green(pc.bold(figure)) : figure} ${noise}\n${pc.dim(`${percentiles} ms`)}`;
}

const verdictCell = (verdict: Verdict): string =>
  verdict.kind === 'winner' ? pc.green(words.verdictText(verdict)) : pc.dim(words.verdictText(verdict));
