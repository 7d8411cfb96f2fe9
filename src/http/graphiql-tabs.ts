/** The queries that GraphiQL opens with; the first is the README's. */
export const graphiqlTabs: readonly string[] = [
  `# Everything known about one model: PostgreSQL, MongoDB and Redis, one call to each.
# "extensions.stores" in the answer says so.
query UnifiedModel {
  model(by: { name: "fraud-detector" }) {
    name
    description
    latestVersion { version }
    aliases { alias version { version } protected }
    trainingRuns(first: 2) { nodes { framework status durationMs } }
    deployments(first: 3) { nodes { environment status trafficPercent version { version } } }
    config { framework hyperparameters value(path: "/metrics/accuracy") }
    serving { predictionCount cacheHits leaderboardRank lastPredictionAt }
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
  `# A version, the run that made it, and what that run read and measured.
query Version {
  model(by: { name: "fraud-detector" }) {
    version(ref: { alias: "champion" }) {
      version
      createdAt
      artifacts(first: 5) { nodes { kind uri sizeBytes sha256 } }
      trainingRun {
        framework
        durationMs
        datasets { role dataset { name version rowCount } }
        metrics { key value nonFinite }
        config { document }
      }
    }
  }
  trainingRuns(first: 5, filter: { framework: { startsWith: "ml-" }, status: [FINISHED] }) {
    nodes { modelName framework createdAt metrics(keys: ["accuracy"]) { value } }
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
