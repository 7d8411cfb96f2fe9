import KNN from 'ml-knn';
import type { Algorithm, Classifier } from '../classifier.ts';

interface NearestNeighboursOptions {
  readonly k: number;
  /** Rows to remember, from the first; the model is these rows. */
  readonly referenceRows: number;
}

/** k nearest neighbours in Euclidean distance by ml-knn. */
export const nearestNeighbours: Algorithm<NearestNeighboursOptions> = {
  library: 'ml-knn',
  probabilistic: false,
  fit({ rows, labels, classCount }, { k, referenceRows }) {
    const remembered = rows.slice(0, referenceRows);
    const model = new KNN(remembered, labels.slice(0, referenceRows), { k });
    return {
      ...classifier(model, classCount),
      learned: { reference: { rows: remembered.length, of: rows.length, order: 'shuffled' } },
      toJson: () => ({ classCount, model: JSON.parse(JSON.stringify(model)) }),
    };
  },
  load(json) {
    const { classCount, model } = json as { classCount: number; model: unknown };
    return classifier(KNN.load(model), classCount);
  },
  describe: ({ k, referenceRows }) => ({
    hyperparameters: { n_neighbors: k, reference_rows: referenceRows },
    metric: { name: 'euclidean', weights: 'uniform' },
    index: 'kd-tree',
  }),
};

function classifier(model: KNN, classCount: number): Classifier {
  const shares = (row: readonly number[]) => {
    const labels = model.kdTree.nearest(row, model.k).map(([neighbour]) => neighbour.at(-1));
    return Array.from(
      { length: classCount },
      (_, label) => labels.filter((one) => one === label).length / labels.length,
    );
  };
  return {
    predict: (rows) => model.predict(rows.map((row) => [...row])),
    scores: (rows) => rows.map(shares),
  };
}
