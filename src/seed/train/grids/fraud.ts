import { decisionTree } from '../algorithms/decision-tree.ts';
import { logisticRegression } from '../algorithms/logistic-regression.ts';
import { naiveBayes } from '../algorithms/naive-bayes.ts';
import { nearestNeighbours } from '../algorithms/nearest-neighbours.ts';
import { neuralNetwork } from '../algorithms/neural-network.ts';
import { randomForest } from '../algorithms/random-forest.ts';
import type { ModelPlan } from '../train-model.ts';
import { trials } from '../trial.ts';

const tags = { team: 'payments', task: 'fraud' };
const longTails = ['amount_eur', 'distance_km', 'minutes_since_last'];
const scaled = { log1p: longTails, standardise: true };

/** The models of the fraud set, each from its simplest options on. */
export const fraudModels: readonly ModelPlan[] = [
  {
    name: 'fraud-detector',
    description: 'Flags card payments that look like fraud: a random forest on synthetic payments.',
    tags: { ...tags, tier: 'critical' },
    rollout: 'canary',
    requests: 6_000,
    withConfusionMatrix: true,
    trials: trials(randomForest, {}, [
      { nEstimators: 5, maxFeatures: 0.5, maxDepth: 4, minNumSamples: 10, seed: 1 },
      { nEstimators: 9, maxFeatures: 0.75, maxDepth: 8, minNumSamples: 10, seed: 1 },
      { nEstimators: 9, maxFeatures: 0.9, maxDepth: 10, minNumSamples: 6, seed: 1 },
      { nEstimators: 15, maxFeatures: 1, maxDepth: 10, minNumSamples: 8, seed: 1 },
      { nEstimators: 21, maxFeatures: 1, maxDepth: 14, minNumSamples: 4, seed: 1 },
    ]),
  },
  {
    name: 'fraud-logistic',
    description: 'A logistic regression on the same payments: the baseline that fraud-detector must beat.',
    tags,
    rollout: 'full',
    requests: 2_500,
    trials: trials(logisticRegression, scaled, [
      { learningRate: 1e-5, numSteps: 50 },
      { learningRate: 1e-4, numSteps: 200 },
      { learningRate: 5e-4, numSteps: 500 },
      { learningRate: 1e-3, numSteps: 1_000 },
      { learningRate: 5, numSteps: 200 },
    ]),
  },
  {
    name: 'fraud-tree',
    description: 'One decision tree that an auditor can read from root to leaf.',
    tags,
    rollout: 'staging',
    requests: 400,
    trials: trials(decisionTree, {}, [
      { maxDepth: 2, minNumSamples: 50, gainThreshold: 0.01 },
      { maxDepth: 4, minNumSamples: 20, gainThreshold: 0.001 },
      { maxDepth: 6, minNumSamples: 10, gainThreshold: 0.0005 },
      { maxDepth: 9, minNumSamples: 5, gainThreshold: 0 },
      { maxDepth: 30, minNumSamples: 2, gainThreshold: 0 },
    ]),
  },
  {
    name: 'fraud-neighbours',
    description: 'Compares a payment with the payments most like it.',
    tags,
    rollout: 'staging',
    requests: 300,
    trials: trials(nearestNeighbours, scaled, [
      { k: 201, referenceRows: 800 },
      { k: 1, referenceRows: 1_600 },
      { k: 5, referenceRows: 800 },
      { k: 3, referenceRows: 1_600 },
      { k: 7, referenceRows: 1_600 },
    ]),
  },
  {
    name: 'fraud-bayes',
    description: 'Gaussian naive Bayes over pairs of features.',
    tags,
    rollout: 'none',
    requests: 0,
    trials: [
      ...trials(naiveBayes, { features: ['minutes_since_last', 'card_age_days'] }, [{}]),
      ...trials(naiveBayes, { features: ['amount_eur', 'hour_of_day'] }, [{}]),
      ...trials(naiveBayes, { features: ['amount_eur', 'hour_of_day'], log1p: ['amount_eur'] }, [{}]),
      ...trials(naiveBayes, { features: ['merchant_risk', 'attempts_last_hour'], standardise: true }, [{}]),
      ...trials(naiveBayes, { features: ['distance_km', 'is_foreign'], log1p: ['distance_km'] }, [{}]),
    ],
  },
  {
    name: 'fraud-net',
    description: 'A small feed-forward network; one of its runs shows what too high a learning rate does.',
    tags,
    rollout: 'full',
    requests: 1_500,
    trials: trials(neuralNetwork, scaled, [
      { hiddenLayers: [4], epochs: 50, learningRate: 1e-4, regularization: 0.01, seed: 3 },
      { hiddenLayers: [8], epochs: 100, learningRate: 5e-4, regularization: 0.01, seed: 3 },
      { hiddenLayers: [12], epochs: 300, learningRate: 1e-3, regularization: 0.01, seed: 3 },
      { hiddenLayers: [12, 8], epochs: 300, learningRate: 1e-3, regularization: 0.001, seed: 3 },
      { hiddenLayers: [16, 8], epochs: 25, learningRate: 0.1, regularization: 0.01, seed: 3 },
    ]),
  },
];
