/** The documents of `graphiqlTabs` that write, each harmless to repeat; with what they wrote to be read afterwards. */
export const writeTabs: readonly string[] = [
  `# A prediction is computed once: see "cacheStatus".
# Then run LastPrediction: what was ada told?
mutation Predict {
  first: servePrediction(input: {
    modelName: "iris-logistic"
    inputs: { features: [6.3, 3.3, 6, 2.5] }
  }) { ...Answer, ... on Error { message } }
  again: servePrediction(input: {
    modelName: "iris-logistic"
    subject: "ada"
    inputs: { features: [6.3, 3.3, 6, 2.5] }
  }) { ...Answer, ... on Error { message } }
}

fragment Answer on Prediction {
  modelVersion
  cacheStatus ageMs ttlSeconds latencyMs
  outputs { name data }
}

query LastPrediction {
  lastPrediction(
    modelName: "iris-logistic", subject: "ada"
  ) { ...Answer }
  model(by: { name: "iris-logistic" }) {
    serving { predictionCount cacheHits cacheMisses }
    deployments(first: 1, environment: PRODUCTION) {
      nodes {
        endpoint ready
        version { signature {
          inputs { name datatype shape }
        } }
      }
    }
  }
}
`,
  `# What is asked about may be an entity, of which Redis
# knows the features. A newer event makes it another
# question: put one with other values, and run again.
mutation PredictEntity($names: [String!]! = [
  "amount_eur", "hour_of_day", "merchant_risk"
  "distance_km", "minutes_since_last"
  "card_age_days", "attempts_last_hour", "is_foreign"
]) {
  known: servePrediction(input: {
    modelName: "fraud-detector"
    ref: { alias: "champion" }
    inputs: { entity: {
      view: "card_payments", entity: "payment:7"
      names: $names
    } }
  }) { ...Answer }
  putFeatures(input: {
    view: "card_payments"
    ttlSeconds: 315360000
    rows: [{
      entity: "mine"
      eventTimestamp: "2026-01-01T15:00:00Z"
      values: {
        amount_eur: 12.5, hour_of_day: 15
        merchant_risk: 0.1, distance_km: 2
        minutes_since_last: 240, card_age_days: 900
        attempts_last_hour: 0, is_foreign: 0
      }
    }]
  }) {
    ... on PutFeaturesSuccess { written skippedAsOlder }
    ... on InvalidInputError { issues { path message } }
  }
  mine: servePrediction(input: {
    modelName: "fraud-detector"
    ref: { alias: "champion" }
    inputs: { entity: {
      view: "card_payments", entity: "mine"
      names: $names
    } }
  }) { ...Answer }
}

fragment Answer on PredictionResult {
  ... on Prediction {
    modelVersion cacheStatus
    outputs { name data }
  }
  ... on InvalidInputError { issues { path message } }
  ... on Error { message }
}
`,
  `# A run for two stores: PostgreSQL decides, the others
# are told. The same key is the same run: do it twice.
# Then run ReadBack: each store's part of it.
mutation Register {
  registerTrainingRun(input: {
    modelName: "my-first-model"
    framework: "pytorch"
    status: FINISHED
    datasets: [{ name: "iris-train" }]
    hyperparameters: { lr: 0.01, layers: [64, 3] }
    metrics: [{ key: "accuracy", value: 0.94 }]
    idempotencyKey: "my-first-run"
    waitForReplicas: true
  }) {
    ... on RegisterTrainingRunSuccess {
      postgresId mongodbId
      sequence replayed
      replication { state attempts appliedAt }
    }
    ... on InvalidInputError {
      issues { path message }
    }
    ... on Error { message }
  }
}

query ReadBack {
  model(by: { name: "my-first-model" }) {
    trainingRuns(first: 1) {
      nodes {
        status
        datasets { role dataset { name } }
        metrics { key value }
        config { document }
      }
    }
    serving { leaderboardRank }
    consistency {
      consistent headSequence appliedSequence
    }
    history(first: 3) { nodes { kind at actor } }
  }
  replicationStatus {
    lagMs pending deadLetters
    stores { store appliedSequence lagMs }
  }
}
`,
];
