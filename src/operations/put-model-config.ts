import { z } from 'zod';
import { conflict, invalidInput } from '../problems.ts';
import { documentAtRest, maxDocumentBytes } from '../stores/mongo/document-at-rest.ts';
import type { HeadWritten } from '../stores/mongo/write-head.ts';
import { configDocument, documentPaths, expectedRevision } from './config-inputs.ts';
import { digestOf } from './decide.ts';
import { idempotencyKey, modelName, text } from './inputs.ts';
import { defineOperation } from './operation.ts';
import { isRegistered, registerModel } from './register-model.ts';

const putModelConfigInput = z.object({
  idempotencyKey,
  modelName,
  framework: text(200).nullish(),
  document: configDocument,
  expectedRevision,
  paths: documentPaths,
});

/** A written configuration, with the parts of its document that `paths` named. */
export type PutModelConfigSuccess = HeadWritten;

/**
 * Puts a document in place of the model's head configuration, as revision + 1; with `expectedRevision` only over that
 * revision (0: only when there is none), else ConflictError. Registers the model first if need be: when MongoDB then
 * fails, the model stands without a configuration, and the write may be sent again. A framework left out stays as it is.
 */
export const putModelConfig = defineOperation<typeof putModelConfigInput, PutModelConfigSuccess>(
  putModelConfigInput,
  async (context, input) => {
    const { modelName: name, framework, expectedRevision: revision = null, idempotencyKey: key } = input;
    const document = documentAtRest(input.document);
    if (document.bytes > maxDocumentBytes) throw tooLarge(document.bytes);
    if (!(await isRegistered(context, name))) {
      // What will be refused must not leave a model behind.
      if (revision) throw conflict(`There is no model "${name}" yet, so no revision ${revision}.`, null);
      await registerModel(context, name);
    }
    const identity = { name, framework, revision, document: key == null ? null : document.sha256() };
    return context.stores.mongo.writeHead(
      { operation: 'putModelConfig', request: context.request },
      {
        modelName: name,
        framework,
        set: { document: document.value },
        expectedRevision: revision,
        idempotency: key == null ? null : { key, inputSha256: digestOf('putModelConfig', identity) },
        field: 'document',
        parts: input.paths,
      },
    );
  },
);

const tooLarge = (bytes: number) =>
  invalidInput([
    { path: ['document'], message: `has ${bytes} bytes in MongoDB; it can have at most ${maxDocumentBytes}` },
  ]);
