import { Refusal } from '../problems.ts';
import type { ModelSignature, Tensor } from '../tensor.ts';
import type { BackEnd } from './back-end.ts';
import type { Endpoint } from './http-endpoint.ts';
import { answersNonsense, EndpointAway, EndpointBusy } from './http-failures.ts';
import { readSignature } from './http-signature.ts';
import { TensorFault } from './tensor-fault.ts';
import {
  binaryExtension,
  decodeMessage,
  encodeMessage,
  headLengthHeader,
  parseHead,
} from './tensor-message.ts';
import { checkOutputs, fitInputs } from './tensor-signature.ts';

/** Where one model is asked, as paths. */
export interface ModelPaths {
  readonly model: string;
  /** Of the server's own metadata; undefined when it may not be asked for them. */
  readonly server: string | undefined;
}

interface Metadata {
  readonly signature: ModelSignature;
  /** Whether tensors may be sent in binary. */
  readonly binary: boolean;
}

/** A model behind the Open Inference Protocol v2 over HTTP. `deadlineMs`: for each call, whatever it takes. */
export function httpBackEnd(endpoint: () => Endpoint, paths: ModelPaths, deadlineMs: number): BackEnd {
  let remembered: Promise<Metadata> | undefined;
  let wasAway = false;
  const until = () => performance.now() + deadlineMs;

  const fetchMetadata = async (untilMs: number): Promise<Metadata> => {
    const [signature, binary] = await Promise.all([
      endpoint()
        .ask(paths.model, untilMs)
        .then(({ body }) => understood(() => readSignature(body))),
      understandsBinary(endpoint(), paths.server, untilMs),
    ]);
    return { signature, binary };
  };
  const forget = (metadata: Promise<Metadata>) => {
    if (remembered === metadata) remembered = undefined;
  };
  const metadata = (untilMs: number): Promise<Metadata> => {
    if (remembered) return remembered;
    const fetched = fetchMetadata(untilMs);
    remembered = fetched;
    wasAway = false;
    fetched.catch(() => forget(fetched));
    return fetched;
  };

  /** Inputs that do not fit what is remembered may fit what the model has become. */
  const fitToModel = async (inputs: readonly Tensor[], untilMs: number) => {
    const known = remembered;
    const first = metadata(untilMs);
    try {
      return { fitted: fitInputs(inputs, (await first).signature), from: first };
    } catch (error) {
      if (!known || !(error instanceof Refusal) || error.problem.problem !== 'InvalidInputError') throw error;
      forget(first);
      const again = metadata(untilMs);
      return { fitted: fitInputs(inputs, (await again).signature), from: again };
    }
  };

  return {
    async signature() {
      if (wasAway) remembered = undefined;
      return (await metadata(until())).signature;
    },
    async ready() {
      try {
        await endpoint().ask(`${paths.model}/ready`, until());
        return true;
      } catch {
        // Why it would not answer is told to whoever asks it for more.
        return false;
      }
    },
    async infer(inputs) {
      const untilMs = until();
      const { fitted, from } = await fitToModel(inputs, untilMs);
      const { signature, binary } = await from;
      const rest = binary ? { parameters: { binary_data_output: true } } : {};
      const message = encodeMessage(rest, 'inputs', fitted, () => binary);
      try {
        const { body, header } = await endpoint().ask(`${paths.model}/infer`, untilMs, message);
        return understood(() => {
          const { tensors } = decodeMessage(body, header(headLengthHeader), 'outputs');
          checkOutputs(tensors, signature);
          return tensors;
        });
      } catch (error) {
        // Whoever refuses, or answers something else, may serve another model by now. So may one that was away, but
        // only who wants the signature asks for it: metadata that are still answered would hide from the breaker that
        // inferences are not.
        if (error instanceof EndpointAway) wasAway = true;
        else if (!(error instanceof EndpointBusy)) forget(from);
        throw error;
      }
    },
  };
}

async function understandsBinary(
  endpoint: Endpoint,
  path: string | undefined,
  untilMs: number,
): Promise<boolean> {
  if (path === undefined) return false;
  try {
    const { body } = await endpoint.ask(path, untilMs);
    const { extensions } = parseHead(body);
    return Array.isArray(extensions) && extensions.includes(binaryExtension);
  } catch (error) {
    // A server without metadata of its own is no fault: every model takes JSON.
    if (error instanceof Refusal || error instanceof TensorFault) return false;
    throw error;
  }
}

/** What is read of an answer; a fault of it is the server's. */
function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TensorFault ? answersNonsense(error.message) : error;
  }
}
