import { describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/stores/results.ts';
import { answerHypotheses } from '../../bench/stores/statistics/answer-hypotheses.ts';
import { cellOf, enginesOf, resultsOf } from './make-results.ts';

const answers = (cells: readonly Cell[], engines = enginesOf()) =>
  answerHypotheses(resultsOf(cells, engines)).map(({ answer }) => answer);
const steady = (rate: number) => [rate, rate];

describe('what was supposed of the stores', () => {
  it('is confirmed when the figures do so in each case', () => {
    const cells = [
      ...[cellOf('postgres', steady(100)), cellOf('mongo', steady(500)), cellOf('redis', steady(9_000))],
      ...[
        cellOf('postgres', steady(300), { row: 'complex' }),
        cellOf('mongo', steady(100), { row: 'complex' }),
      ],
    ];
    expect(answers(cells)).toEqual(['yes', 'yes', 'yes']);
  });

  it('is denied when a single case does not bear it out, with the figures', () => {
    const cells = [
      ...[cellOf('postgres', steady(100)), cellOf('mongo', steady(50)), cellOf('redis', steady(9_000))],
      ...[
        cellOf('postgres', steady(1_000), { callers: 32 }),
        cellOf('redis', steady(9_000), { callers: 32 }),
      ],
      ...[
        cellOf('postgres', [100, 200, 300], { row: 'complex' }),
        cellOf('mongo', steady(150), { row: 'complex' }),
      ],
    ];
    expect(answers(cells)).toEqual(['no', 'no', 'no']);
    expect(answerHypotheses(resultsOf(cells))[0]?.figures).toContain(
      'read, 1,000, 32 callers: ×9.0 of PostgreSQL (no)',
    );
  });

  it('counts ten times only beyond the noise', () => {
    const cells = [cellOf('postgres', steady(100)), cellOf('redis', [900, 1_050, 1_200])];
    expect(answers(cells)[0]).toBe('no');
  });

  it('cannot be said of a stand-in, of a store that is down, or of rows that nobody measured', () => {
    const cells = [
      cellOf('postgres', steady(100)),
      cellOf('mongo', steady(500)),
      cellOf('redis', steady(9_000)),
    ];
    expect(answers(cells, enginesOf(['mongo']))).toEqual(['yes', 'unknown', 'unknown']);
    const down = enginesOf().map((engine) =>
      engine.store === 'redis' ? { ...engine, down: 'away' } : engine,
    );
    expect(answers(cells, down)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('is about the clients, not about the gateway, and not about what waits for the disk', () => {
    const elsewhere = [
      ...[
        cellOf('postgres', steady(900), { route: 'gateway' }),
        cellOf('redis', steady(1_000), { route: 'gateway' }),
      ],
    ];
    const cells = [cellOf('postgres', steady(100)), cellOf('redis', steady(9_000)), ...elsewhere];
    expect(answers(cells)[0]).toBe('yes');
  });
});
