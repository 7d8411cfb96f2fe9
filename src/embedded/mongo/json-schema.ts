import type { Document } from 'bson';
import { MongoError, notHere } from './errors.ts';
import { compareValues, equalValues } from './order.ts';
import { isObject, toNumber, typeName } from './values.ts';

/** Tells what a value breaks, as paths with reasons; nothing when it is valid. */
type Check = (value: unknown, path: string) => string[];

// Keywords as MongoDB has them: bsonType besides JSON Schema's type. https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
const keywords: Record<string, (operand: never, schema: Document) => Check> = {
  bsonType: (types: string | string[]) => typeCheck([types].flat()),
  type: (types: string | string[]) =>
    typeCheck([types].flat().map((type) => (type === 'boolean' ? 'bool' : type))),
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
    failUnless((value) => typeof value !== 'string' || [...value].length >= Number(least), 'is too short'),
  maxLength: (most: unknown) =>
    failUnless((value) => typeof value !== 'string' || [...value].length <= Number(most), 'is too long'),
  pattern: (source: string) => {
    const pattern = new RegExp(source, 'u');
    return failUnless(
      (value) => typeof value !== 'string' || pattern.test(value),
      'does not match its pattern',
    );
  },
  title: () => () => [],
  description: () => () => [],
};

/** $jsonSchema → check. Fails with FailedToParse for a keyword that is not known here: none is ever ignored. */
export function createSchemaCheck(schema: Document): Check {
  const checks = Object.entries(schema).map(([keyword, operand]) => {
    const create = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    if (!create) throw new MongoError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
    return create(operand as never, schema);
  });
  return (value, path) => checks.flatMap((check) => check(value, path));
}

function typeCheck(types: readonly string[]): Check {
  const wanted = new Set(
    types.flatMap((type) => (type === 'number' ? ['int', 'long', 'double', 'decimal'] : [type])),
  );
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
