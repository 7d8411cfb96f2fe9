import { BSONRegExp, type Document } from 'bson';
import { MongoError, notHere } from './errors.ts';
import { toNumber } from './numbers.ts';
import { compareValues, equalValues } from './order.ts';
import { toRegExp } from './regex.ts';
import { isObject, typeName } from './values.ts';

/** Tells what a value breaks, as paths with reasons; nothing when it is valid. */
type Check = (value: unknown, path: string) => string[];

// Keywords as MongoDB has them: bsonType besides JSON Schema's type. https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
const keywords: Record<string, (operand: never, schema: Document) => Check> = {
  bsonType: (types: string | string[]) => typeCheck([types].flat(), bsonTypes),
  type: (types: string | string[]) => typeCheck([types].flat(), jsonTypes),
  enum: (values: unknown[]) =>
    failUnless(
      (value) => values.some((known) => equalValues(known, value)),
      'is not one of the known values',
    ),
  required: (keys: string[]) => (value, path) =>
    isObject(value)
      ? keys.filter((key) => !Object.hasOwn(value, key)).map((key) => `${path}${key} is missing`)
      : [],
  properties: (schemas: Record<string, Document>) => {
    const checks = Object.entries(schemas).map(([key, schema]) => [key, createSchemaCheck(schema)] as const);
    return (value, path) =>
      isObject(value)
        ? checks.flatMap(([key, check]) =>
            Object.hasOwn(value, key) ? check(value[key], `${path}${key}.`) : [],
          )
        : [];
  },
  additionalProperties: (allowed: boolean, schema) => {
    if (typeof allowed !== 'boolean') throw notHere('$jsonSchema additionalProperties with a schema');
    const known = new Set(Object.keys(schema.properties ?? {}));
    return (value, path) =>
      allowed || !isObject(value)
        ? []
        : Object.keys(value)
            .filter((key) => !known.has(key))
            .map((key) => `${path}${key} is not allowed`);
  },
  items: (schema: Document) => {
    const check = createSchemaCheck(schema);
    return (value, path) =>
      Array.isArray(value) ? value.flatMap((item, n) => check(item, `${path}${n}.`)) : [];
  },
  minimum: (least: unknown) =>
    failUnless((value) => toNumber(value) === undefined || compareValues(value, least) >= 0, 'is too small'),
  maximum: (most: unknown) =>
    failUnless((value) => toNumber(value) === undefined || compareValues(value, most) <= 0, 'is too great'),
  minLength: (least: unknown) =>
    failUnless(
      (value) => typeof value !== 'string' || [...value].length >= Number(toNumber(least)),
      'is too short',
    ),
  maxLength: (most: unknown) =>
    failUnless(
      (value) => typeof value !== 'string' || [...value].length <= Number(toNumber(most)),
      'is too long',
    ),
  pattern: (source: string) => {
    const pattern = toRegExp(new BSONRegExp(source));
    return failUnless(
      (value) => typeof value !== 'string' || pattern.test(value),
      'does not match its pattern',
    );
  },
  title: () => () => [],
  description: () => () => [],
};

const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isText);
const isTextOrTexts = (value: unknown) => isText(value) || isTexts(value);
const isNumeric = (value: unknown) => toNumber(value) !== undefined;
const isLength = (value: unknown) => Number.isInteger(toNumber(value)) && Number(toNumber(value)) >= 0;

/** What a keyword may be given. */
const operands: Readonly<Record<string, (operand: unknown) => boolean>> = {
  bsonType: isTextOrTexts,
  type: isTextOrTexts,
  enum: (operand) => Array.isArray(operand) && operand.length > 0,
  required: isTexts,
  properties: isObject,
  additionalProperties: () => true,
  items: isObject,
  minimum: isNumeric,
  maximum: isNumeric,
  minLength: isLength,
  maxLength: isLength,
  pattern: isText,
  title: isText,
  description: isText,
};

/** $jsonSchema → check. Fails with FailedToParse for a keyword that is not known here: none is ever ignored. */
export function createSchemaCheck(schema: unknown): Check {
  if (!isObject(schema))
    throw new MongoError('TypeMismatch', `$jsonSchema must be an object, not ${typeName(schema)}`);
  const checks = Object.entries(schema).map(([keyword, operand]) => {
    const create = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    if (!create) throw new MongoError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
    if (!operands[keyword]?.(operand))
      throw new MongoError(
        'TypeMismatch',
        `$jsonSchema keyword '${keyword}' has an operand that it cannot have`,
      );
    return create(operand as never, schema);
  });
  return (value, path) => checks.flatMap((check) => check(value, path));
}

const numbers = ['int', 'long', 'double', 'decimal'];
const shared = ['object', 'array', 'string', 'null'];
const bsonTypes: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries([...numbers, ...shared].map((type) => [type, [type]])),
  ...Object.fromEntries(
    ['bool', 'date', 'objectId', 'binData', 'regex', 'timestamp', 'minKey', 'maxKey'].map((type) => [
      type,
      [type],
    ]),
  ),
  number: numbers,
};
const jsonTypes: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(shared.map((type) => [type, [type]])),
  boolean: ['bool'],
  number: numbers,
};

function typeCheck(types: readonly string[], known: Readonly<Record<string, readonly string[]>>): Check {
  const strange = types.find((type) => !Object.hasOwn(known, type));
  if (strange !== undefined) throw new MongoError('BadValue', `Unknown type name alias: ${strange}`);
  const wanted = new Set(types.flatMap((type) => known[type] ?? []));
  return failUnless((value) => wanted.has(typeName(value)), `is not of type ${types.join(' or ')}`);
}

const failUnless =
  (holds: (value: unknown) => boolean, reason: string): Check =>
  (value, path) =>
    holds(value) ? [] : [`${path.replace(/\.$/, '')} ${reason}`];

/** A collection's validator → function that fails with DocumentValidationFailure. */
export function createValidator(validator: unknown): ((document: Document) => void) | undefined {
  if (validator === undefined || (isObject(validator) && Object.keys(validator).length === 0))
    return undefined;
  const schema = isObject(validator) ? validator.$jsonSchema : undefined;
  if (!isObject(schema) || Object.keys(validator as Document).length > 1)
    throw notHere('A validator other than $jsonSchema');
  const check = createSchemaCheck(schema);
  return (document) => {
    const faults = check(document, '');
    if (faults.length === 0) return;
    throw new MongoError('DocumentValidationFailure', 'Document failed validation', {
      errInfo: {
        failingDocumentId: document._id,
        details: { operatorName: '$jsonSchema', schemaRulesNotSatisfied: faults },
      },
    });
  };
}
