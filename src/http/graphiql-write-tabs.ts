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
  `# Features of an entity, and what a model makes of
# them. A newer event is another question: change the
# time and a value, and see what the answer becomes.
mutation PredictEntity {
  putFeatures(input: {
    view: "card_payments"
    ttlSeconds: 315360000
    rows: [{
      entity: "mine"
      eventTimestamp: "2026-01-01T03:00:00Z"
      values: {
        amount_eur: 912.5, hour_of_day: 3
        merchant_risk: 0.4, distance_km: 130
        minutes_since_last: 45, card_age_days: 210
        attempts_last_hour: 2, is_foreign: 1
      }
    }]
  }) {
    ... on PutFeaturesSuccess {
      written skippedAsOlder
    }
    ... on InvalidInputError {
      issues { path message }
    }
  }
  servePrediction(input: {
    modelName: "fraud-detector"
    ref: { alias: "champion" }
    inputs: { entity: {
      view: "card_payments"
      entity: "mine"
      names: [
        "amount_eur", "hour_of_day"
        "merchant_risk", "distance_km"
        "minutes_since_last", "card_age_days"
        "attempts_last_hour", "is_foreign"
      ]
    } }
  }) {
    ... on Prediction {
      cacheStatus modelVersion
      outputs { name data }
    }
    ... on InvalidInputError {
      issues { path message }
    }
    ... on Error { message }
  }
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
