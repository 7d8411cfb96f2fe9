import pc from 'picocolors';
import { storeTitles } from '../results.ts';
import type { Comparison } from '../statistics/compare-results.ts';
import { callersText, durabilityText, factorText, routeText, sizeText } from './words.ts';

/** What changed since another run, slower first; one line for all that did not. */
export function comparisonText({ changes, cautions }: Comparison, file: string): string {
  const slower = changes.filter(({ kind }) => kind === 'slower').sort((a, b) => a.factor - b.factor);
  const faster = changes.filter(({ kind }) => kind === 'faster').sort((a, b) => b.factor - a.factor);
  const line = ({ cell, factor, noise, kind }: Comparison['changes'][number]) => {
    const disk = cell.durability === 'disk' ? `, ${durabilityText.disk}` : '';
    const what = `${cell.row}, ${sizeText(cell.size)}, ${callersText(cell.callers)}, ${routeText(cell)}${disk}`;
    const by =
      kind === 'slower'
        ? pc.red(`${factorText(1 / factor)} slower`)
        : pc.green(`${factorText(factor)} faster`);
    return `  ${storeTitles[cell.store]}: ${by}  ${what} ${pc.dim(`(noise ${(noise * 100).toFixed(0)} %)`)}`;
  };
  const same = changes.length - slower.length - faster.length;
  return [
    pc.bold(
      `Compared with ${file}: ${slower.length} slower, ${faster.length} faster, ${same} within the noise`,
    ),
    ...cautions.map((text) => pc.yellow(`  ${text}`)),
    ...[...slower, ...faster].map(line),
  ].join('\n');
}
