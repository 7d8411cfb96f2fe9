import { describe, expect, it } from 'vitest';
import { generatedDatasets, generateModels } from '../../../src/seed/generate-models.ts';
import { toRows } from '../../../src/seed/to-rows.ts';

const size = { models: 40, runsPerModel: 3 };
const all = generateModels(size, 0, size.models);

describe('generated models', () => {
  it('are the same for the same numbers, down to the ids', () => {
    expect(toRows({ datasets: generatedDatasets, models: generateModels(size, 0, 40) })).toEqual(
      toRows({ datasets: generatedDatasets, models: all }),
    );
  });

  it('are the same in one chunk as in several, so that an interrupted seed can go on', () => {
    expect([...generateModels(size, 0, 7), ...generateModels(size, 7, 40)]).toEqual(all);
  });

  it('sort by name as by age, and use datasets that are there', () => {
    const names = all.map(({ name }) => name);
    expect(names.toSorted()).toEqual(names);
    expect(all.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).map(({ name }) => name)).toEqual(
      names,
    );
    const known = generatedDatasets.map(({ name }) => name);
    for (const { datasets } of all.flatMap(({ runs }) => runs)) {
      expect(known).toEqual(expect.arrayContaining(datasets.map(({ name }) => name)));
    }
  });

  it('differ from each other', () => {
    expect(new Set(all.map(({ runs }) => JSON.stringify(runs[0]?.metrics))).size).toBe(all.length);
  });

  it('can have no runs at all', () => {
    const [model] = generateModels({ models: 1, runsPerModel: 0 }, 0, 1);
    expect(model).toMatchObject({ runs: [], versions: [], aliases: [], deployments: [] });
  });
});
