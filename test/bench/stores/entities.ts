/** A training run, the entity that every store keeps for the comparison, with the same fields in each. */
export interface Run {
  readonly id: string;
  readonly dataset: string;
  readonly framework: string;
  readonly status: string;
  readonly accuracy: number;
  readonly seconds: number;
  readonly note: string;
}

export interface Dataset {
  readonly id: string;
  readonly team: string;
}

const datasetCount = 100;
const teamCount = 50;
const frameworks = ['pytorch', 'tensorflow', 'scikit-learn', 'xgboost', 'lightgbm'];
const statuses = ['FINISHED', 'FINISHED', 'FINISHED', 'FAILED'];

export const runId = (n: number) => `run-${String(n).padStart(7, '0')}`;
const teamId = (n: number) => `team-${n % teamCount}`;

export const datasets: readonly Dataset[] = Array.from({ length: datasetCount }, (_, n) => ({
  id: `dataset-${n}`,
  team: teamId(n),
}));

/** The run of that number; `fraction`, from 0 to 1, is what its measures come from. */
export const makeRun = (n: number, fraction: number): Run => ({
  id: runId(n),
  dataset: `dataset-${n % datasetCount}`,
  framework: frameworks[n % frameworks.length] ?? '',
  status: statuses[Math.floor(n / datasetCount) % statuses.length] ?? '',
  accuracy: 0.5 + fraction / 2,
  seconds: Math.floor(fraction * 3_600),
  note: `the run number ${n} of the comparison of stores`,
});

/** Runs in chunks that a bulk write takes at once. */
export function* runsInChunks(size: number): Generator<Run[]> {
  const pick = createPick(size, 1);
  for (let from = 0; from < size; from += 1_000)
    yield Array.from({ length: Math.min(1_000, size - from) }, (_, n) => makeRun(from + n, pick.fraction()));
}

/** What an operation asks about: the same sequence for the same seed, whatever the store. */
export interface Pick {
  /** From 0 to 1. */
  fraction(): number;
  /** The number of one entity. */
  number(): number;
  /** The numbers of so many, none twice. */
  numbers(count: number): number[];
  run(): Run;
  runs(count: number): Run[];
  /** One of the teams that datasets belong to. */
  team(): string;
  /** A score below which there are still many. */
  score(): number;
}

/** A prime, so that steps of it meet each entity once before they meet one again. */
const stride = 7_919;

export function createPick(size: number, seed: number): Pick {
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  const fraction = () => {
    // Marsaglia's xorshift. https://www.jstatsoft.org/article/view/v008i14
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const number = () => Math.floor(fraction() * size);
  const numbers = (count: number) => {
    const first = number();
    return Array.from({ length: count }, (_, n) => (first + n * stride) % size);
  };
  return {
    fraction,
    number,
    numbers,
    run: () => makeRun(number(), fraction()),
    runs: (count) => numbers(count).map((n) => makeRun(n, fraction())),
    team: () => teamId(number()),
    score: () => 0.65 + fraction() * 0.3,
  };
}
