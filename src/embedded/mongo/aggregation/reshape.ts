import type { Document } from 'bson';
import { MongoError } from '../errors.ts';
import { toNumber } from '../numbers.ts';
import { createProjector, includePaths, treeOf } from '../projection.ts';
import { withIdFirst } from '../update.ts';
import { isObject } from '../values.ts';
import { assignIn } from './assign.ts';
import { createExpression } from './create-expression.ts';
import type { Expression } from './expression.ts';
import { each } from './lazy.ts';
import type { CreateStage } from './stage.ts';

/** `{a: {b: 1}}` is as `{'a.b': 1}`; an operator ends a path. */
function flatten(specification: unknown, stage: string, prefix = ''): [string, unknown][] {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', `${stage} specification must be an object`);
  return Object.entries(specification).flatMap(([key, value]): [string, unknown][] => {
    if (key.startsWith('$'))
      throw new MongoError('FailedToParse', `${stage}: a field name cannot start with '$': ${key}`);
    const isBranch =
      isObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$');
    return isBranch ? flatten(value, stage, `${prefix}${key}.`) : [[prefix + key, value]];
  });
}

interface Assignment {
  readonly key: string;
  readonly rest: readonly string[];
  readonly value: Expression;
}

function createAssignment(path: string, expression: unknown): Assignment {
  const [key = '', ...rest] = path.split('.');
  return { key, rest, value: createExpression(expression) };
}

/** Changes `own`, and gives it back. */
function assignAll(own: Document, document: Document, assignments: readonly Assignment[]): Document {
  for (const { key, rest, value } of assignments) assignIn(own, key, rest, value(document));
  return own;
}

/** `$addFields` and `$set`. */
export const createAddFields: CreateStage = (specification) => {
  const fields = flatten(specification, '$addFields');
  if (fields.length === 0)
    throw new MongoError('FailedToParse', '$addFields specification must have at least one field');
  treeOf(fields.map(([path]) => path));
  const assignments = fields.map(([path, value]) => createAssignment(path, value));
  return (documents) => each(documents, (document) => assignAll({ ...document }, document, assignments));
};

const isSwitch = (value: unknown) => typeof value === 'boolean' || toNumber(value) !== undefined;

/** `$project`: as in a find, and with expressions. */
export const createProject: CreateStage = (specification) => {
  const fields = flatten(specification, '$project');
  if (fields.length === 0)
    throw new MongoError('FailedToParse', '$project specification must have at least one field');
  const switches = fields.filter(([, value]) => isSwitch(value));
  const computed = fields.filter(([, value]) => !isSwitch(value));
  if (computed.length === 0) {
    const project = createProjector(Object.fromEntries(fields));
    return (documents) => each(documents, project);
  }
  const excluded = switches.find(
    ([path, value]) => path !== '_id' && (value === false || Number(toNumber(value)) === 0),
  );
  if (excluded)
    throw new MongoError(
      'ExclusionAmongInclusions',
      `Cannot do exclusion on field ${excluded[0]} in inclusion projection`,
    );
  treeOf(fields.map(([path]) => path));
  // A computed field within others is put where they are, be it in every member of an array.
  const paths = fields
    .map(([path]) => path)
    .filter((path) => path.includes('.') || switches.some(([other]) => other === path));
  const withoutId = fields.some(
    ([path, value]) =>
      path === '_id' && (!isSwitch(value) || value === false || Number(toNumber(value)) === 0),
  );
  const include = includePaths(
    withoutId ? paths.filter((path) => path !== '_id') : ['_id', ...paths.filter((path) => path !== '_id')],
  );
  const assignments = computed.map(([path, value]) => createAssignment(path, value));
  return (documents) =>
    each(documents, (document) => {
      const made = assignAll({ ...include(document) }, document, assignments);
      return made._id === undefined ? made : withIdFirst(made, undefined);
    });
};

/** `$unset`: one path, or several. */
export const createUnset: CreateStage = (specification) => {
  const paths = Array.isArray(specification) ? specification : [specification];
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && path !== '')) {
    throw new MongoError('FailedToParse', '$unset specification must be a string or an array of strings');
  }
  const project = createProjector(Object.fromEntries(paths.map((path) => [path, false])));
  return (documents) => each(documents, project);
};

/** `$replaceWith`, and `$replaceRoot` by its `newRoot`. */
export const createReplaceWith: CreateStage = (specification) => {
  const root = createExpression(specification);
  return (documents) =>
    each(documents, (document) => {
      const made = root(document);
      if (!isObject(made))
        throw new MongoError('RootNotAnObject', "'newRoot' expression must evaluate to an object");
      return made;
    });
};

export const createReplaceRoot: CreateStage = (specification, createPipeline) => {
  if (!isObject(specification) || Object.keys(specification).join() !== 'newRoot') {
    throw new MongoError('FailedToParse', '$replaceRoot takes an object with newRoot, and nothing more');
  }
  return createReplaceWith(specification.newRoot, createPipeline);
};
