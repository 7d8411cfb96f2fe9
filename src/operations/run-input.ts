import { z } from 'zod';
import { documentAtRest, maxDocumentBytes } from '../stores/mongo/document-at-rest.ts';
import { configDocument } from './config-inputs.ts';
import { idempotencyKey, modelName, moment, oneOf, tags, text } from './inputs.ts';
import { metric } from './metric-input.ts';
import { runStates } from './state-machine.ts';

const maxMetrics = 10_000;
const maxDatasets = 100;

const dataset = z.object({
  name: text(200),
  version: text(200).nullish(),
  role: oneOf(['TRAIN', 'VALIDATION', 'TEST']).nullish(),
});

/** A run to register, checked, with the document that MongoDB is to hold of it. */
export const runInput = z
  .object({
    idempotencyKey,
    modelName,
    framework: text(200),
    status: oneOf(['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED']).nullish(),
    startedAt: moment.nullish(),
    endedAt: moment.nullish(),
    datasets: z.array(dataset).max(maxDatasets, `give at most ${maxDatasets} datasets`).default([]),
    hyperparameters: configDocument.nullish(),
    config: configDocument.nullish(),
    metrics: z.array(metric).max(maxMetrics, `give at most ${maxMetrics} metrics`).nullish(),
    tags,
    waitForReplicas: z.boolean().nullish(),
  })
  .superRefine((input, { addIssue }) => {
    const refuse = (path: string, message: string) => addIssue({ code: 'custom', path: [path], message });
    const { config, hyperparameters, startedAt, endedAt } = input;
    const status = input.status ?? 'RUNNING';
    if (config && hyperparameters && 'hyperparameters' in config)
      refuse('hyperparameters', 'are in config too; give them once');
    if (status === 'SCHEDULED' && startedAt != null)
      refuse('startedAt', 'a run that is SCHEDULED has not begun');
    if (runStates[status].length > 0 && endedAt != null)
      refuse('endedAt', `a run that is ${status} has not ended`);
    if (startedAt != null && endedAt != null && endedAt < startedAt)
      refuse('endedAt', `is before the run began, at ${startedAt}`);
  })
  .transform(({ config, hyperparameters, ...input }, { addIssue }) => {
    const document = documentAtRest({ ...(hyperparameters && { hyperparameters }), ...config });
    if (document.bytes > maxDocumentBytes) {
      const message = `has ${document.bytes} bytes in MongoDB; it can have at most ${maxDocumentBytes}`;
      addIssue({ code: 'custom', path: ['config'], message });
    }
    return { ...input, document };
  });

/** As a caller gives it. */
export type RunInputGiven = z.input<typeof runInput>;

export type RunInput = z.output<typeof runInput>;
