import type { IncomingHttpHeaders } from 'node:http';
import type { BackEnd } from './back-end.ts';
import { TensorFault } from './tensor-fault.ts';
import {
  asObject,
  decodeMessage,
  type EncodedMessage,
  encodeMessage,
  headLengthHeader,
} from './tensor-message.ts';

/**
 * The body of one infer request → that of its answer, with the outputs that it asks for, in the form that it asks for.
 * Fails with TensorFault when the request cannot be read, and as the back end does.
 */
export async function answerInfer(
  model: BackEnd,
  names: object,
  body: Uint8Array,
  headers: IncomingHttpHeaders,
): Promise<EncodedMessage> {
  const { head, tensors } = decodeMessage(body, headers[headLengthHeader]?.toString(), 'inputs');
  const requested = requestedOutputs(head.outputs);
  const outputs = await model.infer(tensors);
  const given = new Map(outputs.map((output) => [output.name, output]));
  const chosen = requested
    ? [...requested.keys()].map((name) => {
        const output = given.get(name);
        if (!output) throw new TensorFault(`${JSON.stringify(name)} is no output of the model`);
        return output;
      })
    : outputs;
  const allBinary = asObject(head.parameters).binary_data_output === true;
  const rest = { ...names, ...(typeof head.id === 'string' && { id: head.id }) };
  return encodeMessage(rest, 'outputs', chosen, (name) => requested?.get(name) ?? allBinary);
}

/** Name → whether it is asked for in binary, undefined when it is not said; undefined: all outputs. */
function requestedOutputs(outputs: unknown): Map<string, boolean | undefined> | undefined {
  if (outputs === undefined) return undefined;
  if (!Array.isArray(outputs)) throw new TensorFault('its "outputs" are no list');
  if (outputs.length === 0) return undefined;
  return new Map(
    outputs.map((entry, n) => {
      const { name, parameters } = asObject(entry);
      if (typeof name !== 'string') throw new TensorFault(`outputs.${n} has no name`);
      const binary = asObject(parameters).binary_data;
      return [name, typeof binary === 'boolean' ? binary : undefined];
    }),
  );
}
