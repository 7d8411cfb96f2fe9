import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { readEnvironment } from '../../../src/cli/environment.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';
import { currentLoad, describeMachine } from './machine.ts';
import { measureStores } from './measure-stores.ts';
import { type Benches, openBenches } from './open-benches.ts';
import { htmlReport } from './report/html-report.ts';
import { comparisonText } from './report/print-comparison.ts';
import { resultsTable } from './report/print-table.ts';
import { type Engine, type Results, storeIds, storeTitles } from './results.ts';
import { parseResults, resultsJson } from './results-file.ts';
import { parseRows, parseSizes } from './rows.ts';
import { compareResults } from './statistics/compare-results.ts';
import { benchName } from './store-bench.ts';

interface Options {
  readonly size: string;
  readonly rows?: string;
  readonly rounds: string;
  readonly seconds: string;
  readonly callers: string;
  readonly out: string;
  readonly compare?: string;
}

/** `npm run bench:stores`. Fails with UsageError or ConfigError before anything starts; Ctrl-C leaves a partial report. */
export async function benchStores(options: Options): Promise<void> {
  const rows = parseRows(options.rows);
  const sizes = parseSizes(options.size);
  const callers = options.callers.split(',').map((text) => number('callers', text, 1, 256));
  const rounds = number('rounds', options.rounds, 1, 100);
  const seconds = number('seconds', options.seconds, 0.01, 60);
  const old = options.compare === undefined ? undefined : await readResults(options.compare);
  const startedAt = new Date().toISOString();
  const loadBefore = currentLoad();
  const stopped = new AbortController();
  // Once: whoever presses it again is not kept waiting.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const benches = await openBenches(readEnvironment());
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} {what}', noTTYOutput: true, notTTYSchedule: 5_000, hideCursor: true },
    Presets.shades_classic,
  );
  let results: Results;
  try {
    await refuseTaken(benches);
    announce(benches, options.out);
    const { cells, settings } = await measureStores({
      ...{ benches, rows, sizes, callers, rounds, seconds, signal: stopped.signal },
      onStep(text) {
        bar.stop();
        console.log(`  ${text}`);
      },
      onVisit({ row, store, callers: count, route }, done, total) {
        if (done === 0) bar.start(total, 0, { what: '' });
        bar.update(done, { what: `${row} ${storeTitles[store]} ${count} ${route}` });
      },
    }).finally(() => bar.stop());
    const engines = storeIds.map((store): Engine => {
      const bench = benches.there.get(store);
      return {
        store,
        label: bench?.label ?? storeTitles[store],
        standIn: bench?.standIn ?? false,
        down: benches.down.get(store),
        settings: settings.get(store) ?? {},
      };
    });
    const method = { rounds, secondsPerRound: seconds };
    const ending = { endedAt: new Date().toISOString(), complete: !stopped.signal.aborted };
    results = {
      format: 1,
      startedAt,
      ...ending,
      method,
      machine: describeMachine(loadBefore),
      engines,
      cells,
    };
  } finally {
    await benches.close();
  }
  console.log(`\n${resultsTable(results)}\n`);
  await writeReports(results, options.out);
  if (old && options.compare) {
    const comparison = compareResults(old, results);
    console.log(`\n${comparisonText(comparison, options.compare)}`);
    if (comparison.changes.some(({ kind }) => kind === 'slower')) process.exitCode = 1;
  }
  if (!results.complete) process.exitCode = 130;
}

function number(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  const whole = option === 'seconds' || Number.isInteger(value);
  if (text.trim() !== '' && whole && value >= least && value <= most) return value;
  throw new UsageError(`--${option} is "${text}"; give a number from ${least} to ${most}.`);
}

async function readResults(file: string): Promise<Results> {
  try {
    return parseResults(await readFile(file, 'utf8'));
  } catch (error) {
    const why =
      error instanceof SyntaxError ? 'it is no results.json of this command' : (error as Error).message;
    throw new UsageError(`${file} cannot be compared with: ${why}.`);
  }
}

/** What lies there under our name may be somebody's: it is neither used nor removed. */
async function refuseTaken({ there }: Benches): Promise<void> {
  for (const [store, bench] of there) {
    if (await bench.isTaken())
      throw new UsageError(
        `${storeTitles[store]} already has ${things[store]}, which this run did not create. If an earlier run left them, remove them, and start again.`,
      );
  }
}

const things = {
  postgres: `a database ${benchName}`,
  mongo: `collections in a database ${benchName}`,
  redis: `keys that begin with ${benchName}:`,
};

function announce({ there, down }: Benches, out: string): void {
  console.log('This run creates, and removes when it ends:');
  for (const [store, { label, standIn }] of there)
    console.log(`  in ${label}${standIn ? ' (a stand-in)' : ''}: ${things[store]}`);
  for (const [store, reason] of down) console.log(`  nothing in ${storeTitles[store]}: ${reason}`);
  console.log(
    `It leaves ${join(out, 'report.html')} and ${join(out, 'results.json')}, and touches nothing else.`,
  );
}

async function writeReports(results: Results, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const json = resultsJson(results);
  const html = htmlReport(results);
  await writeFile(join(out, 'results.json'), json);
  await writeFile(join(out, 'report.html'), html);
  const size = (text: string) => `${(Buffer.byteLength(text) / 1e6).toFixed(2)} MB`;
  console.log(
    `${join(out, 'report.html')}: ${size(html)}. ${join(out, 'results.json')}: ${size(json)}, all samples.`,
  );
}
