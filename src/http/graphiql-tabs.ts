/** The queries that GraphiQL opens with; the first is the README's. */
export const graphiqlTabs: readonly string[] = [
  `# Everything known about one model: PostgreSQL, MongoDB and Redis in one wave.
# "extensions.stores" in the answer says what it cost each store.
query UnifiedModel {
  model(by: { name: "fraud-detector" }) {
    name
    description
    tags { key value }
    latestVersion {
      version
      aliases
      trainingRun { framework durationMs metrics(keys: ["accuracy", "f1"]) { key value } }
    }
    deployments(first: 5) { nodes { environment status trafficPercent version { version } } }
    config { framework revision hyperparameters value(path: "/metrics/accuracy") }
    serving { predictionCount cacheHits cacheMisses leaderboardRank lastPredictionAt }
    sources { store state presence }
  }
}
`,
  `# A page of models. Give "endCursor" as "after" for the next one.
query Models {
  models(first: 20, orderBy: { field: NAME }) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      name
      latestVersion { version }
      config { framework value(path: "/metrics/accuracy") }
      serving { predictionCount leaderboardRank }
    }
  }
}
`,
  `# The newest runs of one library, with the data they were trained on.
query Runs {
  trainingRuns(first: 10, filter: { framework: { startsWith: "ml-" }, status: [FINISHED] }) {
    nodes {
      modelName
      framework
      createdAt
      durationMs
      datasets { role dataset { name version rowCount } }
      metrics { key value nonFinite }
    }
  }
}
`,
  `# Free-form documents: only the parts named here are read from MongoDB.
query Configs {
  net: model(by: { name: "example-pytorch-net" }) {
    config { value(path: "/architecture/layers/0") document(paths: ["/architecture"]) }
  }
  bert: model(by: { name: "example-bert-classifier" }) {
    config { document(paths: ["/tokenizer", "/fine_tuning"]) }
  }
}
`,
  `# How the gateway and its stores are.
query Health {
  health { ready stores { store state latencyMs openUntil } }
  serverInfo { version features maxPageSize }
}
`,
];
