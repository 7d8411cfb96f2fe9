import { openModelGraph } from 'modelgraph';

const modelgraph = await openModelGraph(); // the stores of DATABASE_URL, MONGODB_URI and REDIS_URL
await modelgraph.putModelConfig({
  modelName: 'churn-net',
  framework: 'pytorch',
  document: { architecture: { layers: [{ units: 64 }, { units: 2 }] }, 'lr.schedule': { warmup: 0.1 } },
});
const { data } = await modelgraph.query(
  'query ($path: String!) { model(by: { name: "churn-net" }) { config { value(path: $path) } } }',
  { path: '/architecture/layers/0/units' },
);
console.log(data.model.config.value); // 64
const metrics = { accuracy: 0.93, inference_latency_ms: 4.2, 'loss.final': Number.NaN };
const { config } = await modelgraph.updateModelMetrics({ modelName: 'churn-net', metrics });
console.log(config.revision, config.document.metrics); // 2 { accuracy: 0.93, inference_latency_ms: 4.2, 'loss.final': 'NaN' }
await modelgraph.close();
