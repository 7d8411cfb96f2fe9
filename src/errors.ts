import type { Store } from './store-name.ts';

/** Every code a client can meet: whether the same request may succeed later, and the HTTP status it stands for. */
export const errorCodes = {
  BAD_USER_INPUT: { retryable: false, httpStatus: 400 },
  FILTER_TOO_BROAD: { retryable: false, httpStatus: 400 },
  UNAUTHENTICATED: { retryable: false, httpStatus: 401 },
  UPSTREAM_FAILED: { retryable: true, httpStatus: 502 },
  RATE_LIMITED: { retryable: true, httpStatus: 429 },
  STORE_UNAVAILABLE: { retryable: true, httpStatus: 503 },
  STORE_TIMEOUT: { retryable: true, httpStatus: 504 },
  CIRCUIT_OPEN: { retryable: true, httpStatus: 503 },
  STORE_CORRUPT: { retryable: false, httpStatus: 500 },
  INTERNAL: { retryable: false, httpStatus: 500 },
} as const;

export type ErrorCode = keyof typeof errorCodes;

interface Details {
  store?: Store;
  /** Where in the field's arguments the fault is, e.g. `["by", "name"]`. */
  argumentPath?: readonly string[];
  retryAfterMs?: number;
  cause?: unknown;
  /** The store itself said so, and therefore lives. Not told to clients. */
  saidByStore?: boolean;
}

/** The one error of the house: a message fit for a client, and `extensions` that GraphQL passes on. */
export class ModelGraphError extends Error {
  readonly code: ErrorCode;
  readonly store: Store | undefined;
  readonly saidByStore: boolean;
  readonly extensions: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, { cause, saidByStore = false, ...details }: Details = {}) {
    super(message, { cause });
    this.name = 'ModelGraphError';
    this.code = code;
    this.store = details.store;
    this.saidByStore = saidByStore;
    this.extensions = { code, ...details, retryable: errorCodes[code].retryable };
  }
}

/** What a client did wrong: says what, where in the arguments, and what would be right. */
export function badUserInput(argumentPath: readonly string[], message: string): ModelGraphError {
  return new ModelGraphError('BAD_USER_INPUT', message, { argumentPath });
}
