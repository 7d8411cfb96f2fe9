import { z } from 'zod';

const remedy =
  'give an http or https URL of a server that speaks the Open Inference Protocol, or onnx:<path of a file>';

/** Who computes a deployment's predictions. Whether the gateway may ask it is decided when it is asked. */
export const endpoint = z
  .string({ error: remedy })
  .max(2_000, 'can have at most 2000 characters')
  .refine(
    (text) => /^onnx:[^\s\0]+$/.test(text) || z.url({ protocol: /^https?$/ }).safeParse(text).success,
    remedy,
  );
