import type { DocumentShape } from './document-shape.ts';

/** An image network, described layer by layer. */
export const pytorchNet: DocumentShape = {
  name: 'example-pytorch-net',
  description: 'A PyTorch convolutional network with its layers.',
  framework: 'pytorch',
  document: {
    framework: {
      name: 'pytorch',
      version: '2.5.1',
      cuda: '12.4',
      'torch.compile': { mode: 'max-autotune', dynamic: false },
    },
    architecture: {
      name: 'small-resnet',
      input: { shape: [3, 224, 224], dtype: 'float32', layout: 'NCHW' },
      layers: [
        { type: 'conv2d', filters: 64, kernel_size: [7, 7], stride: 2, padding: 3, bias: false },
        { type: 'batch_norm', momentum: 0.1, eps: 1e-5 },
        { type: 'activation', activation: 'relu' },
        { type: 'max_pool', kernel_size: [3, 3], stride: 2 },
        { type: 'residual_block', filters: 64, repeat: 2, activation: 'relu', shortcut: 'identity' },
        { type: 'residual_block', filters: 128, repeat: 2, activation: 'relu', shortcut: 'projection' },
        { type: 'residual_block', filters: 256, repeat: 2, activation: 'relu', shortcut: 'projection' },
        { type: 'global_average_pool' },
        { type: 'dropout', rate: 0.3 },
        { type: 'dense', units: 128, activation: 'gelu' },
        { type: 'dense', units: 10, activation: 'softmax' },
      ],
      initialisation: { scheme: 'kaiming_normal', mode: 'fan_out', seed: 1234 },
    },
    hyperparameters: { learning_rate: 0.001, batch_size: 128, epochs: 90, label_smoothing: 0.1 },
    optimizer: { name: 'adamw', betas: [0.9, 0.999], weight_decay: 0.05, 'clip_grad.norm': 1.0 },
    scheduler: { name: 'one_cycle', max_lr: 0.01, pct_start: 0.3, anneal: 'cosine' },
    augmentation: [
      { op: 'random_resized_crop', size: 224, scale: [0.6, 1.0] },
      { op: 'horizontal_flip', p: 0.5 },
      { op: 'normalize', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    ],
    mixed_precision: { enabled: true, dtype: 'bfloat16', loss_scaling: null },
    distributed: { strategy: 'ddp', world_size: 4, 'find.unused.parameters': false },
  },
};
