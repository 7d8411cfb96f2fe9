import type { BackEnd } from './back-end.ts';

/** Which model is to compute at an endpoint. */
export interface ServedModel {
  readonly name: string;
  readonly version: number;
}

/** What computes predictions, by where a deployment says that it is. */
export interface Inference {
  /**
   * The same back end for the same endpoint and model, so that what it remembers is of use. Fails with UpstreamError,
   * before anything is opened, when the gateway may not ask there.
   */
  at(endpoint: string, model: ServedModel): BackEnd;
  /** Lets what is under way finish. */
  close(): Promise<void>;
}
