/** What `npm run demo:train` measured and `npm run dev` seeds; times are RFC 3339 UTC, ids are minted when seeding. */
export interface DemoData {
  datasets: DemoDataset[];
  models: DemoModel[];
  featureViews: DemoFeatureView[];
}

/** What a model may be asked about by entity. */
export interface DemoFeatureView {
  name: string;
  /** For how long after its event a value may be used. */
  ttlSeconds: number;
  /** Rows that no model learned from, as they were measured; when is said when they are seeded. */
  rows: { entity: string; values: Record<string, number> }[];
}

export interface DemoDataset {
  name: string;
  version: string;
  uri: string;
  rowCount: number;
  /** `sha256:<hex>` of the rows as CSV. */
  digest: string;
  createdAt: string;
}

export interface DemoModel {
  name: string;
  description: string;
  tags: Record<string, string>;
  createdAt: string;
  runs: DemoRun[];
  versions: DemoVersion[];
  aliases: { alias: string; version: number; protected: boolean }[];
  deployments: DemoDeployment[];
  /** The model's editable head document in MongoDB. */
  config: { framework: string; document: Record<string, unknown> };
  /** Predictions made on held-out rows while training; absent for models that never predicted. */
  serving?: { predictions: number; cacheHits: number; cacheMisses: number; lastAt: string };
}

export interface DemoRun {
  /** Stable within the file, e.g. `fraud-detector/07`; the run's id is derived from it. */
  key: string;
  framework: string;
  status: 'FINISHED' | 'FAILED';
  startedAt: string;
  endedAt: string;
  datasets: { name: string; version: string; role: 'TRAIN' | 'VALIDATION' | 'TEST' }[];
  /** `value` is a number, or "NaN", "Infinity", "-Infinity", which JSON cannot hold as numbers. */
  metrics: { key: string; value: number | 'NaN' | 'Infinity' | '-Infinity'; step?: number }[];
  /**
   * The run's document in MongoDB: hyperparameters, split, data preparation, metrics, in the shape of its framework.
   * Generated runs have one only when a version came of them: millions of others would say nothing new.
   */
  config?: Record<string, unknown>;
}

export interface DemoVersion {
  version: number;
  /** Key of the run that produced it. */
  run: string;
  description: string;
  tags: Record<string, string>;
  createdAt: string;
  artifacts: { kind: string; uri: string; sha256: string; sizeBytes: number }[];
}

export interface DemoDeployment {
  version: number;
  environment: 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';
  status: 'ACTIVE' | 'RETIRED';
  trafficPercent: number;
  /** `onnx:<path below artifacts/>`; absent for a version that no gateway can compute. */
  endpoint?: string;
  deployedAt: string;
  retiredAt?: string;
}
