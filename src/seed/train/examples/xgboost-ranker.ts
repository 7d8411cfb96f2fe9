import type { DocumentShape } from './document-shape.ts';

/** Boosted trees: most of the document is how the features are made. */
export const xgboostRanker: DocumentShape = {
  name: 'example-xgboost-ranker',
  description: 'An XGBoost ranker with its feature engineering.',
  framework: 'xgboost',
  document: {
    objective: 'rank:ndcg',
    hyperparameters: {
      learning_rate: 0.08,
      max_depth: 7,
      n_estimators: 600,
      min_child_weight: 5,
      subsample: 0.8,
      colsample_bytree: 0.7,
      gamma: 0.1,
      reg_alpha: 0,
      reg_lambda: 1.5,
      tree_method: 'hist',
      monotone_constraints: { price_rank: -1, review_score: 1 },
    },
    feature_engineering: {
      groups: [
        {
          name: 'price',
          source: 'catalog.products',
          features: [
            { name: 'price_log', transform: 'log1p', of: ['price_eur'] },
            { name: 'price_rank', transform: 'rank', of: ['price_eur'], within: 'query_id' },
          ],
        },
        {
          name: 'behaviour',
          source: 'events.clicks',
          features: [
            {
              name: 'ctr_7d',
              transform: 'ratio',
              of: ['clicks', 'impressions'],
              window: '7d',
              smoothing: { alpha: 1, beta: 20 },
            },
            {
              name: 'ctr_28d',
              transform: 'ratio',
              of: ['clicks', 'impressions'],
              window: '28d',
              smoothing: { alpha: 1, beta: 20 },
            },
            { name: 'dwell_p50', transform: 'quantile', q: 0.5, of: ['dwell_seconds'], window: '28d' },
          ],
        },
        {
          name: 'text',
          source: 'search.queries',
          features: [
            { name: 'bm25', transform: 'bm25', of: ['query', 'title'], 'bm25.k1': 1.2, 'bm25.b': 0.75 },
          ],
        },
      ],
      encodings: {
        category: { type: 'target', smoothing: 10, folds: 5 },
        brand: { type: 'hash', buckets: 4_096 },
      },
      missing: { strategy: 'native', sentinel: null },
      interactions: [
        ['price_rank', 'ctr_7d'],
        ['bm25', 'ctr_28d'],
      ],
      dropped: [{ feature: 'session_id', reason: 'leaks the label' }],
    },
    ranking: { group_by: 'query_id', label: 'relevance', gains: [0, 1, 3, 7], truncation: 10 },
    cross_validation: { scheme: 'time-series', folds: 4, gap_days: 2 },
  },
};
