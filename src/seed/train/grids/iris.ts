import { decisionTree } from '../algorithms/decision-tree.ts';
import { logisticRegression } from '../algorithms/logistic-regression.ts';
import { naiveBayes } from '../algorithms/naive-bayes.ts';
import { nearestNeighbours } from '../algorithms/nearest-neighbours.ts';
import { neuralNetwork } from '../algorithms/neural-network.ts';
import { randomForest } from '../algorithms/random-forest.ts';
import type { ModelPlan } from '../train-model.ts';
import { trials } from '../trial.ts';

const tags = { team: 'research', task: 'iris' };
const scaled = { standardise: true };

/** The models of the Iris data, each from its simplest options on. */
export const irisModels: readonly ModelPlan[] = [
  {
    name: 'iris-classifier',
    description: 'Tells three species of iris apart: a random forest on Fisher’s measurements.',
    tags,
    rollout: 'canary',
    requests: 1_200,
    withConfusionMatrix: true,
    trials: trials(randomForest, {}, [
      { nEstimators: 3, maxFeatures: 0.5, maxDepth: 1, minNumSamples: 10, seed: 1 },
      { nEstimators: 5, maxFeatures: 0.5, maxDepth: 2, minNumSamples: 5, seed: 1 },
      { nEstimators: 15, maxFeatures: 0.5, maxDepth: 3, minNumSamples: 3, seed: 1 },
      { nEstimators: 15, maxFeatures: 0.75, maxDepth: 4, minNumSamples: 3, seed: 1 },
      { nEstimators: 40, maxFeatures: 0.75, maxDepth: 6, minNumSamples: 2, seed: 1 },
    ]),
  },
  {
    name: 'iris-logistic',
    description: 'Three logistic regressions, one species against the rest each.',
    tags,
    rollout: 'full',
    requests: 700,
    trials: trials(logisticRegression, scaled, [
      { learningRate: 1e-4, numSteps: 20 },
      { learningRate: 1e-3, numSteps: 100 },
      { learningRate: 5e-3, numSteps: 500 },
      { learningRate: 1e-2, numSteps: 2_000 },
      { learningRate: 5e-2, numSteps: 5_000 },
    ]),
  },
  {
    name: 'iris-tree',
    description: 'A decision tree small enough to draw on one page.',
    tags,
    rollout: 'staging',
    requests: 90,
    trials: trials(decisionTree, {}, [
      { maxDepth: 1, minNumSamples: 10, gainThreshold: 0.01 },
      { maxDepth: 2, minNumSamples: 10, gainThreshold: 0.01 },
      { maxDepth: 3, minNumSamples: 5, gainThreshold: 0.01 },
      { maxDepth: 4, minNumSamples: 3, gainThreshold: 0.001 },
      { maxDepth: 10, minNumSamples: 1, gainThreshold: 0 },
    ]),
  },
  {
    name: 'iris-neighbours',
    description: 'Names a flower after the measured flowers nearest to it.',
    tags,
    rollout: 'full',
    requests: 350,
    trials: trials(nearestNeighbours, scaled, [
      { k: 61, referenceRows: 100 },
      { k: 1, referenceRows: 30 },
      { k: 1, referenceRows: 100 },
      { k: 5, referenceRows: 100 },
      { k: 11, referenceRows: 100 },
    ]),
  },
  {
    name: 'iris-bayes',
    description: 'Gaussian naive Bayes over pairs of measurements.',
    tags,
    rollout: 'none',
    requests: 0,
    trials: [
      ...trials(naiveBayes, { features: ['sepal_length', 'sepal_width'] }, [{}]),
      ...trials(naiveBayes, { features: ['sepal_width', 'petal_width'] }, [{}]),
      ...trials(naiveBayes, { features: ['sepal_length', 'petal_length'], standardise: true }, [{}]),
      ...trials(naiveBayes, { features: ['petal_length', 'petal_width'] }, [{}]),
      ...trials(naiveBayes, { features: ['petal_length', 'petal_width'], standardise: true }, [{}]),
    ],
  },
  {
    name: 'iris-net',
    description: 'A small feed-forward network with three outputs.',
    tags,
    rollout: 'staging',
    requests: 150,
    trials: trials(neuralNetwork, scaled, [
      { hiddenLayers: [3], epochs: 20, learningRate: 1e-3, regularization: 0.01, seed: 5 },
      { hiddenLayers: [6], epochs: 100, learningRate: 2e-3, regularization: 0.01, seed: 5 },
      { hiddenLayers: [8], epochs: 400, learningRate: 5e-3, regularization: 0.01, seed: 5 },
      { hiddenLayers: [8, 6], epochs: 800, learningRate: 5e-3, regularization: 0.001, seed: 5 },
      { hiddenLayers: [10], epochs: 50, learningRate: 2, regularization: 0.01, seed: 5 },
    ]),
  },
];
