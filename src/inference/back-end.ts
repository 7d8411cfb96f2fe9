import type { ModelSignature, Tensor } from '../tensor.ts';

/**
 * What computes the predictions of one deployment. Rejects with a Refusal: UpstreamError when it failed, hangs or
 * answers nonsense, InvalidInputError when the tensors do not fit its signature (nothing was sent then).
 */
export interface BackEnd {
  /** Its tensors; remembered while it lives. */
  signature(): Promise<ModelSignature>;
  /** Whether it would answer now; false when it cannot be reached. Never rejects. */
  ready(): Promise<boolean>;
  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
}
