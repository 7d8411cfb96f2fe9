import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../bench/stores/report/html-report.ts';
import { logDensity, logScale } from '../../bench/stores/report/log-scale.ts';
import { comparisonText } from '../../bench/stores/report/print-comparison.ts';
import { resultsTable } from '../../bench/stores/report/print-table.ts';
import { rate } from '../../bench/stores/report/words.ts';
import { compareResults } from '../../bench/stores/statistics/compare-results.ts';
import { cellOf, enginesOf, resultsOf } from './make-results.ts';

const cells = [
  cellOf('postgres', [1_000, 1_000]),
  cellOf('mongo', [9_000, 9_000]),
  cellOf('redis', [3_000, 3_000]),
  cellOf('redis', [], { row: 'complex', state: 'failed', reason: '<script>alert("&")</script>' }),
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out.
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');

describe('the page', () => {
  const page = htmlReport(resultsOf(cells, enginesOf(['mongo'])));

  it('needs nothing from elsewhere, and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link rel="stylesheet|https?:|@import|url\(/);
  });

  it('shows what servers say as text', () => {
    expect(page).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)');
  });

  it('names the winner among real servers, and marks the stand-in', () => {
    expect(page).toContain('<td class="redis winner" title="before PostgreSQL"><b>Redis</b> ×3.0</td>');
    expect(page).toContain('stand-in, not the real MongoDB');
    expect(page).toContain('<g class="mongo stand-in">');
    expect(page).not.toContain('mongo winner');
  });

  it('says when it was stopped before its end, even before anything was measured', () => {
    const stopped = { ...resultsOf([]), complete: false };
    expect(htmlReport(stopped)).toContain('stopped before its end');
    expect(plain(resultsTable(stopped))).toContain('a partial report');
  });
});

describe('the table', () => {
  it('has figures, noise, percentiles and the winner’s factor, and a star at what only stands in', () => {
    const table = plain(resultsTable(resultsOf(cells, enginesOf(['mongo']))));
    expect(table).toMatch(
      /Simple read by key +│ +1 │ +1000\/s ±0 % │ +9000\/s\* ±0 % │ +3000\/s ±0 % │ Redis ×3\.0/,
    );
    expect(table).toMatch(/1\.0 \/ 1\.0 \/ 1\.0 ms/);
    expect(table).toContain('Redis, failed: <script>');
  });

  it('of a comparison names what is slower first, and counts what did not change', () => {
    const old = resultsOf([
      cellOf('redis', [9_000, 9_000]),
      cellOf('postgres', [500, 500]),
      cellOf('mongo', [9_000, 9_000]),
    ]);
    const text = plain(comparisonText(compareResults(old, resultsOf(cells)), 'old.json'));
    expect(text.split('\n')).toEqual([
      'Compared with old.json: 1 slower, 1 faster, 1 within the noise',
      '  Redis: ×3.0 slower  read, 1,000 entities, 1 caller, by the client (noise 0 %)',
      '  PostgreSQL: ×2.0 faster  read, 1,000 entities, 1 caller, by the client (noise 0 %)',
    ]);
  });
});

describe('plots and figures', () => {
  it('place values by their logarithms, within the plot', () => {
    const { at, ticks } = logScale([1, 10, 100], 50, 300);
    expect(at(10)).toBeCloseTo((at(1) + at(100)) / 2);
    expect(at(1)).toBeGreaterThan(50);
    expect(at(100)).toBeLessThan(350);
    expect(ticks).toEqual([1, 3, 10, 30, 100]);
  });

  it('are highest where most samples are', () => {
    const density = logDensity([10, 100, 100, 100, 100, 1_000], 30);
    const highest = density.reduce((a, b) => (b.share > a.share ? b : a));
    expect(highest.share).toBe(1);
    expect(highest.value).toBeGreaterThan(80);
    expect(highest.value).toBeLessThan(125);
  });

  it('show rates with as many digits as they are worth', () => {
    expect([0.536, 47.2, 3_414, 12_012, 123_456].map(rate)).toEqual(['0.54', '47', '3414', '12k', '123k']);
  });
});
