import type { InferenceSettings } from '../config.ts';
import { upstreamFailed } from '../problems.ts';
import { openHttpInference } from './http-inference.ts';
import type { Inference } from './inference.ts';
import { onnxBackEnds } from './onnx-back-ends.ts';

/** A line for each scheme that an endpoint can have. */
export function openInference(settings: InferenceSettings): Inference {
  const http = openHttpInference(settings);
  const onnx = onnxBackEnds(settings.onnxDirectory);
  const schemes = new Map<string, Inference>([
    ['http', http],
    ['https', http],
    ['onnx', onnx],
  ]);
  return {
    at(endpoint, model) {
      const [, scheme] = /^([a-z][a-z\d+.-]*):/i.exec(endpoint) ?? [];
      const opened = schemes.get(scheme?.toLowerCase() ?? '');
      if (!opened)
        throw upstreamFailed(
          `The endpoint of this deployment is none of ${[...schemes.keys()].join(', ')}. Deploy with one that is.`,
          false,
        );
      return opened.at(endpoint, model);
    },
    async close() {
      await Promise.all([...new Set(schemes.values())].map((opened) => opened.close()));
    },
  };
}
