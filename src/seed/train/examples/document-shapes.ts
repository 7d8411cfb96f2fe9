import type { DemoModel } from '../../demo-data.ts';
import { bertClassifier } from './bert-classifier.ts';
import { pytorchNet } from './pytorch-net.ts';
import { xgboostRanker } from './xgboost-ranker.ts';

const disclaimer = "An example of a document's shape: not trained here, and nothing in it was measured.";

/** The three document shapes of the field, as models without runs. */
export function documentShapes(createdAt: string): DemoModel[] {
  return [pytorchNet, bertClassifier, xgboostRanker].map(({ name, description, framework, document }) => ({
    name,
    description: `${description} ${disclaimer}`,
    tags: { example: 'document-shape', trained: 'false' },
    createdAt,
    runs: [],
    versions: [],
    aliases: [],
    deployments: [],
    config: { framework, document },
  }));
}
