import { writeTabs } from './graphiql-write-tabs.ts';

/**
 * The documents that GraphiQL opens with; the first is the README's. A tab is called after its first operation, and its others
 * follow in the order in which they are to be run. Lines are short: half a window shows them whole.
 */
export const graphiqlTabs: readonly string[] = [
  `# Everything known about one model, by one call to
# each store: see the end of the answer.
query UnifiedModel {
  model(by: { name: "fraud-detector" }) {
    name
    description
    latestVersion { version }
    aliases { alias version { version } protected }
    trainingRuns(first: 2) {
      nodes { framework status durationMs }
    }
    deployments(first: 3) {
      nodes {
        environment status trafficPercent
        version { version }
      }
    }
    config {
      framework
      hyperparameters
      value(path: "/metrics/accuracy")
    }
    serving {
      predictionCount cacheHits
      leaderboardRank lastPredictionAt
    }
    sources { store state presence }
  }
}
`,
  `# A page of models, the most accurate first.
# Give "endCursor" as "after" for the next page.
query Models {
  models(
    first: 5
    orderBy: {
      field: BEST_METRIC, metric: "accuracy"
      direction: DESC
    }
  ) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      name
      latestVersion { version }
      config { value(path: "/metrics/accuracy") }
      serving { predictionCount leaderboardRank }
    }
  }
}
`,
  `# Conditions on what PostgreSQL and MongoDB hold, in
# one filter: forests of at least 20 trees, in
# production, or any net.
query Find {
  models(first: 10, filter: {
    or: [
      {
        deployedTo: PRODUCTION
        config: [{
          path: "/hyperparameters/n_estimators"
          number: { gte: 20 }
        }]
      }
      { name: { contains: "net" } }
    ]
  }) {
    nodes { name tags { key value } }
  }
  configFacets(path: "/hyperparameters/max_depth") {
    documents
    missing
    values { value count }
    numbers { min max mean }
  }
}
`,
  `# A version: the run that made it, what that run read
# and measured, and what happened since.
query Version {
  model(by: { name: "fraud-detector" }) {
    version(ref: { alias: "champion" }) {
      version
      artifacts(first: 5) {
        nodes { kind uri sizeBytes sha256 }
      }
      trainingRun {
        framework
        durationMs
        datasets { role dataset { name rowCount } }
        metrics { key value nonFinite }
        config { document }
      }
    }
    history(first: 5) {
      nodes { kind at actor before after }
    }
    lineage(direction: UPSTREAM) {
      nodes {
        __typename
        ... on Dataset { name }
        ... on TrainingRun { framework }
        ... on ModelVersion { version }
      }
    }
  }
}
`,
  `# Free-form documents: only the parts named here are
# read from MongoDB.
query Configs {
  net: model(by: { name: "example-pytorch-net" }) {
    config {
      value(path: "/architecture/layers/0")
      document(paths: ["/architecture"])
    }
  }
  bert: model(by: { name: "example-bert-classifier" }) {
    config {
      document(paths: ["/tokenizer", "/fine_tuning"])
    }
  }
}
`,
  `# Who is best: by registry, by framework, by board.
query Ranking {
  topModels(metric: "f1", first: 3) {
    rank value
    model { name }
    run { framework durationMs }
  }
  frameworkComparison(metric: "accuracy") {
    framework totalRuns average best p50 stddev
  }
  leaderboard(board: "accuracy", first: 3) {
    size
    entries { rank score model { name } }
  }
}
`,
  ...writeTabs,
  `# How the gateway and its stores are.
query Health {
  health {
    ready
    stores { store state latencyMs openUntil }
  }
  dataIntegrity {
    models { postgres mongodb agree }
    leaderboardEntries { postgres redis agree }
  }
  serverInfo { version features maxPageSize }
}
`,
];
