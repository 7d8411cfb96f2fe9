import { type Cell, type Engine, type Results, storeTitles } from '../results.ts';
import { rowOf, rows } from '../rows.ts';
import { type Answer, answerHypotheses } from '../statistics/answer-hypotheses.ts';
import { summarize } from '../statistics/summarize.ts';
import { escapeHtml } from './escape-html.ts';
import { overview } from './overview.ts';
import { rowPlot } from './row-plot.ts';
import { style } from './style.ts';
import * as words from './words.ts';

/** One page that needs no script, no network and no other file. */
export function htmlReport(results: Results): string {
  const { machine, engines, cells, method } = results;
  const partial = results.complete ? '' : '<span class="badge">stopped before its end: partial</span>';
  const sections = rows
    .filter(({ id }) => cells.some(({ row }) => row === id))
    .map(({ id }) => rowSection(id, results));
  const body = [
    `<h1>PostgreSQL, MongoDB, Redis: which store for what ${partial}</h1>`,
    `<p class="soft">${escapeHtml(results.startedAt.slice(0, 16).replace('T', ' '))} UTC. ${machine.cores} × ${escapeHtml(machine.cpu)}, ${machine.memoryGb} GB, ${escapeHtml(machine.system)}, Node.js ${machine.node}; load ${machine.loadBefore.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after.</p>`,
    `<ul class="engines">${engines.map(engineItem).join('')}</ul>`,
    `<h2>What was supposed, and what was measured</h2><div class="answers">${answerHypotheses(results).map(answerCard).join('')}</div>`,
    `<h2>Who is the fastest, and by how much over the next</h2>${overview(results)}`,
    '<p class="soft">A winner is named only where the difference exceeds the noise, and only among real servers; – means that there was no second one to compare with.</p>',
    '<h2>How fast, and how evenly</h2>',
    '<p class="soft">Left: the median of the rounds, the bar from the lowest to the highest of them. Right: how all operations are spread; the long tick is p50, the short ones p95 and p99. Both scales are logarithmic.</p>',
    ...sections,
    `<h2>What the servers were told about the disk</h2><div class="wide">${settingsTable(engines)}</div>`,
    '<h2>How it was measured</h2>',
    `<p>After a round to warm up, ${method.rounds} rounds; in each every row for ${method.secondsPerRound} s (10,000 operations at most) on one store after the other, each round another store first. Each caller waits for its answer before it asks again. Operations per second are the median of the rounds, and the noise is how far the lowest and the highest lie apart, by the median; ± is half of it. Percentiles are of all operations, none left out. All callers, clients and servers share this machine.</p>`,
    `<details><summary>All figures</summary><div class="wide">${figuresTable(cells)}</div></details>`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Which store for what</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body>${body.join('\n')}</body></html>
`;
}

function engineItem({ store, label, standIn, down }: Engine): string {
  const badge = standIn
    ? `<span class="badge">stand-in, not the real ${storeTitles[store]}: marked *, never a winner</span>`
    : down === undefined
      ? ''
      : '<span class="badge">down</span>';
  return `<li class="${store}"><b>${escapeHtml(label)}</b>${badge}${down === undefined ? '' : `<br><small>${escapeHtml(down)}</small>`}</li>`;
}

function answerCard({ hypothesis, answer, figures }: Answer): string {
  const said = { yes: 'Yes', no: 'No', unknown: 'Cannot be said' }[answer];
  const items = figures
    .replace(/\.$/, '')
    .split('; ')
    .map((figure) => `<li>${escapeHtml(figure)}</li>`);
  return `<section>${escapeHtml(hypothesis)}<strong class="${answer}">${said}</strong><ul>${items.join('')}</ul></section>`;
}

function rowSection(id: Cell['row'], { cells, engines }: Results): string {
  const ofRow = cells.filter(({ row }) => row === id);
  const plots = [...new Set(ofRow.map(({ size }) => size))].map((size) => {
    const ofSize = ofRow.filter((cell) => cell.size === size);
    return `<h3>${words.sizeText(size)}</h3><div class="wide">${rowPlot(ofSize, engines)}</div>`;
  });
  return `<article class="card"><h3>${escapeHtml(rowOf(id).title)}</h3>${plots.join('')}</article>`;
}

function settingsTable(engines: readonly Engine[]): string {
  const body = engines.map(({ store, settings }) => {
    const [memory, disk] = [settings.memory, settings.disk].map((said) =>
      said
        ? Object.entries(said)
            .map(([name, value]) => `${escapeHtml(name)} <b>${escapeHtml(value || 'none')}</b>`)
            .join('<br>')
        : '–',
    );
    return `<tr><th scope="row">${storeTitles[store]}</th><td>${memory}</td><td>${disk}</td></tr>`;
  });
  return `<table class="figures"><thead><tr><td></td><th>${words.durabilityText.memory}</th><th>${words.durabilityText.disk}</th></tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function figuresTable(cells: readonly Cell[]): string {
  const head = [
    'entities',
    'row',
    'asked',
    'callers',
    'store',
    'per second',
    'noise',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'operations',
    '',
  ];
  const lines = cells.map((cell) => {
    const { size, row, route, durability, callers, store } = cell;
    const asked = durability === 'disk' ? 'client, on disk' : route === 'client' ? 'client' : 'GraphQL';
    const summary = summarize(cell);
    const figures = summary
      ? [
          words.rate(summary.perSecond),
          words.percentText(summary.noise),
          ...[summary.p50Ms, summary.p95Ms, summary.p99Ms].map(words.milliseconds),
          summary.operations.toLocaleString('en'),
          '',
        ]
      : ['', '', '', '', '', '', `${words.emptyText(cell)}: ${cell.reason ?? ''}`];
    const fields = [size.toLocaleString('en'), row, asked, String(callers), storeTitles[store], ...figures];
    return `<tr>${fields.map((field) => `<td>${escapeHtml(field)}</td>`).join('')}</tr>`;
  });
  return `<table class="figures"><thead><tr>${head.map((title) => `<th>${title}</th>`).join('')}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}
