import { type Cell, groupsOf, type Results, storeTitles } from '../results.ts';
import { rowOf } from '../rows.ts';
import { findWinner, type Verdict } from '../statistics/find-winner.ts';
import { escapeHtml } from './escape-html.ts';
import { callersText, factorText, sizeText } from './words.ts';

/** Who is the fastest, a coloured field for each group: rows down, and to the right how they were asked. */
export function overview({ cells, engines }: Results): string {
  const sizes = [...new Set(cells.map(({ size }) => size))];
  return sizes
    .map((size) => {
      const ofSize = cells.filter((cell) => cell.size === size);
      const columns = groupsOf(ofSize.map((cell) => ({ ...cell, row: 'read' as const }))).map(
        ({ name }) => name,
      );
      const rows = [...new Set(ofSize.map(({ row }) => row))];
      const head = columns.map((name) => `<th scope="col">${columnTitle(name)}</th>`).join('');
      const body = rows.map((row) => {
        const fields = columns.map(({ route, durability, callers }) => {
          const group = ofSize.filter(
            (cell) =>
              cell.row === row &&
              cell.route === route &&
              cell.durability === durability &&
              cell.callers === callers,
          );
          return group.length === 0 ? '<td></td>' : field(findWinner(group, engines));
        });
        return `<tr><th scope="row">${escapeHtml(rowOf(row).title)}</th>${fields.join('')}</tr>`;
      });
      return `<div class="wide"><table class="overview"><caption>${sizeText(size)}</caption><thead><tr><td></td>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
    })
    .join('');
}

const columnTitle = ({ route, durability, callers }: Pick<Cell, 'route' | 'durability' | 'callers'>) =>
  `${durability === 'disk' ? 'client, on disk' : route === 'client' ? 'client' : 'GraphQL'}<br><small>${callersText(callers)}</small>`;

function field(verdict: Verdict): string {
  if (verdict.kind === 'winner') {
    const title = `before ${storeTitles[verdict.over]}`;
    return `<td class="${verdict.store} winner" title="${title}"><b>${storeTitles[verdict.store]}</b> ${factorText(verdict.factor)}</td>`;
  }
  if (verdict.kind === 'tie')
    return `<td class="tie" title="${verdict.stores.join(', ')}">within the noise</td>`;
  return `<td class="none" title="${escapeHtml(verdict.reason)}">–</td>`;
}
