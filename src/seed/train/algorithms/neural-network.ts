import FeedForwardNeuralNetworks from 'ml-fnn';
import { Matrix } from 'ml-matrix';
import type { Algorithm, Classifier, LossPoint, Rows, TrainingRows } from '../classifier.ts';
import { randomFrom, withMathRandom } from '../random.ts';

interface NeuralNetworkOptions {
  readonly hiddenLayers: readonly number[];
  readonly epochs: number;
  readonly learningRate: number;
  readonly regularization: number;
  readonly seed: number;
}

const lossPoints = 25;

/** A feed-forward net by ml-fnn: full-batch gradient descent, tanh whatever activation one asks for. */
export const neuralNetwork: Algorithm<NeuralNetworkOptions> = {
  library: 'ml-fnn',
  probabilistic: true,
  fit(training, { epochs, seed, ...options }) {
    const epochsPerPoint = Math.ceil(epochs / lossPoints);
    const net = new FeedForwardNeuralNetworks({ ...options, iterations: epochsPerPoint });
    const history: LossPoint[] = [];
    // The first weights come from Math.random; later calls go on from the weights there are.
    withMathRandom(randomFrom(seed), () => {
      for (let done = 0; done < epochs; ) {
        net.iterations = Math.min(epochsPerPoint, epochs - done);
        net.train(training.rows, training.labels);
        done += net.iterations;
        const loss = crossEntropy(net, training);
        history.push({ step: done, loss });
        // From infinity it may come back, from NaN never.
        if (Number.isNaN(loss)) break;
      }
    });
    return {
      ...classifier(net),
      learned: { loss: { first: finite(history[0]?.loss), last: finite(history.at(-1)?.loss) } },
      toJson: () => JSON.parse(JSON.stringify(net)),
      lossHistory: () => history,
    };
  },
  load: (json) => classifier(FeedForwardNeuralNetworks.load(json)),
  describe: ({ hiddenLayers, epochs, learningRate, regularization, seed }) => ({
    architecture: {
      layers: [
        ...hiddenLayers.map((units) => ({ type: 'dense', units, activation: 'tanh' })),
        { type: 'softmax' },
      ],
    },
    hyperparameters: { epochs, learning_rate: learningRate, weight_decay: regularization },
    training: { optimizer: 'sgd', batch: 'full', loss: 'cross-entropy', seed },
  }),
};

function classifier(net: FeedForwardNeuralNetworks): Classifier {
  return { predict: (rows) => net.predict(rows), scores: (rows) => probabilities(net, rows) };
}

/** The net numbers the classes as it met them; the scores are in the order of the table. */
function probabilities(net: FeedForwardNeuralNetworks, rows: Rows): number[][] {
  const columns = Object.entries(net.dicts.inputs).sort(([a], [b]) => Number(a) - Number(b));
  const outputs = net.propagate(new Matrix(rows.map((row) => [...row]))).to2DArray();
  return outputs.map((output) => columns.map(([, column]) => output[column] ?? Number.NaN));
}

function crossEntropy(net: FeedForwardNeuralNetworks, { rows, labels }: TrainingRows): number {
  const losses = probabilities(net, rows).map(
    (scores, n) => -Math.log(scores[labels[n] ?? -1] ?? Number.NaN),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const finite = (value = Number.NaN) => (Number.isFinite(value) ? value : null);
