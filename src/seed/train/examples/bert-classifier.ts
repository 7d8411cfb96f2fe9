import type { DocumentShape } from './document-shape.ts';

/** A pretrained encoder: what it reads and how it is tuned. */
export const bertClassifier: DocumentShape = {
  name: 'example-bert-classifier',
  description: 'A BERT text classifier with its tokenizer and fine-tuning.',
  framework: 'transformers',
  document: {
    base_model: { name: 'bert-base-multilingual-cased', revision: 'main', parameters: 177_853_440 },
    tokenizer: {
      type: 'wordpiece',
      vocab_size: 119_547,
      max_length: 256,
      lowercase: false,
      padding: 'longest',
      truncation: { strategy: 'longest_first', stride: 32 },
      special_tokens: { cls: '[CLS]', sep: '[SEP]', pad: '[PAD]', mask: '[MASK]', unk: '[UNK]' },
      added_tokens: ['<order-id>', '<iban>', '<url>'],
    },
    encoder: { layers: 12, hidden_size: 768, attention_heads: 12, intermediate_size: 3_072, dropout: 0.1 },
    head: { type: 'dense', units: 5, activation: 'softmax', pooling: 'cls' },
    labels: [
      { id: 0, name: 'billing', examples: ['Warum wurde zweimal abgebucht?', 'invoice is wrong'] },
      { id: 1, name: 'delivery', examples: ['colis perdu'] },
      { id: 2, name: 'returns', examples: [] },
      { id: 3, name: 'account', examples: ['no puedo entrar'] },
      { id: 4, name: 'other', examples: [] },
    ],
    fine_tuning: {
      strategy: 'gradual-unfreezing',
      stages: [
        { epochs: 1, trainable: ['head'], learning_rate: 0.001 },
        { epochs: 2, trainable: ['head', 'encoder.layer.10', 'encoder.layer.11'], learning_rate: 0.00005 },
        { epochs: 3, trainable: ['*'], learning_rate: 0.00002 },
      ],
      frozen_layers: [0, 1, 2, 3],
      'layer.decay': 0.95,
      warmup_ratio: 0.06,
      batch_size: 32,
      gradient_accumulation_steps: 2,
      early_stopping: { metric: 'eval_f1', patience: 2, min_delta: 0.001 },
      adapters: { lora: { rank: 8, alpha: 16, target_modules: ['query', 'value'], dropout: 0.05 } },
    },
  },
};
