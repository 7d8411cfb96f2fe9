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
  InvalidIdField: 53,
  NotSingleValueField: 54,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  InvalidPipelineOperator: 168,
  UnsupportedOpQueryCommand: 352,
  BSONObjectTooLarge: 10_334,
  DuplicateKey: 11_000,
} as const;

/** Codes that MongoDB has no names for; it calls them `Location` and the number. */
const locations = {
  GroupOperator: 15_952,
  GroupWithoutId: 15_955,
  LimitNotPositive: 15_958,
  SortWithoutKey: 15_976,
  ExpressionWithManyFields: 15_983,
  EmptyFieldName: 15_998,
  UndefinedVariable: 17_276,
  PathCollision: 31_249,
  InclusionAmongExclusions: 31_253,
  ExclusionAmongInclusions: 31_254,
  ElementOfNoArray: 28_689,
  ElementAtNoNumber: 28_690,
  NoBucket: 40_066,
  RootNotAnObject: 40_228,
  GroupFieldNotAccumulator: 40_234,
  GroupFieldWithMany: 40_238,
  StageWithManyFields: 40_323,
  UnrecognizedStage: 40_324,
  UnknownField: 40_415,
  ChangeStreamNeedsReplicaSet: 40_573,
  NegativeLimit: 51_024,
  RegexOptionsTwice: 51_075,
  RegexInvalid: 51_091,
  RegexFlag: 51_108,
} as const;

type ErrorName = keyof typeof codes | keyof typeof locations;

/** What a client of this server is told went wrong; `details` join the reply. */
export class MongoError extends Error {
  readonly codeName: string;
  readonly code: number;
  readonly details: Record<string, unknown>;

  constructor(name: ErrorName, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.code = { ...codes, ...locations }[name];
    this.codeName = name in codes ? name : `Location${this.code}`;
    this.details = details;
  }
}

/** For what MongoDB can and this server does not. */
export const notHere = (what: string) =>
  new MongoError(
    'CommandNotSupported',
    `${what} is not implemented in the embedded MongoDB; set MONGODB_URI to use a real one`,
  );
