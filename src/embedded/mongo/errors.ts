/** The error codes that this server answers with. https://www.mongodb.com/docs/manual/reference/error-codes/ */
export const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  InvalidPipelineOperator: 168,
  BSONObjectTooLarge: 10_334,
  DuplicateKey: 11_000,
  PathCollision: 31_249,
  MixedProjection: 31_254,
  UnrecognizedStage: 40_324,
  UnknownField: 40_415,
  ChangeStreamNeedsReplicaSet: 40_573,
} as const;

export type CodeName = keyof typeof codes;

/** What a client of this server is told went wrong; `details` join the reply. */
export class MongoError extends Error {
  readonly codeName: CodeName;
  readonly code: number;
  readonly details: Record<string, unknown>;

  constructor(codeName: CodeName, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.codeName = codeName;
    this.code = codes[codeName];
    this.details = details;
  }
}

/** For what MongoDB can and this server does not. */
export const notHere = (what: string) =>
  new MongoError(
    'CommandNotSupported',
    `${what} is not implemented in the embedded MongoDB; set MONGODB_URI to use a real one`,
  );
