import { createRequire } from 'node:module';
import { type Document, Double, Int32, Long } from 'bson';
import { MongoError, notHere } from '../errors.ts';
import { isObject } from '../values.ts';
import type { CreateExpression, Expression } from './expression.ts';
import { fromPlain, toPlain } from './plain.ts';

type Mingo = typeof import('mingo');
type MingoCore = typeof import('mingo/core');

let loaded: ReturnType<typeof load> | undefined;

/** Loaded when first needed: hundreds of files that a start, and most queries, do without. */
function mingo() {
  loaded ??= load();
  return loaded;
}

function load() {
  const require = createRequire(import.meta.url);
  const { Context } = require('mingo') as Mingo;
  const { evalExpr } = require('mingo/core') as MingoCore;
  const accumulator = require('mingo/operators/accumulator');
  const expression = require('mingo/operators/expression');
  return {
    evalExpr,
    context: Context.init({ accumulator, expression }),
    known: new Set([...Object.keys(expression), ...both, '$literal']),
  };
}

// What MongoDB has as an expression and as an accumulator. https://www.mongodb.com/docs/manual/reference/mql/accumulators/
const both = ['$sum', '$avg', '$min', '$max', '$stdDevPop', '$stdDevSamp'];
// Scripts, and what hangs on BSON types that mingo does not know.
const refused = new Set([
  ...[
    '$function',
    '$accumulator',
    '$convert',
    '$toDecimal',
    '$toHashedIndexKey',
    '$sampleRate',
    '$toObjectId',
    '$meta',
  ],
  ...['$binarySize', '$bsonSize', '$tsSecond', '$tsIncrement', '$toUUID'],
]);
const alwaysDouble = new Set([
  ...[
    '$divide',
    '$sqrt',
    '$exp',
    '$ln',
    '$log',
    '$log10',
    '$avg',
    '$stdDevPop',
    '$stdDevSamp',
    '$rand',
    '$toDouble',
  ],
  ...[
    '$sin',
    '$cos',
    '$tan',
    '$asin',
    '$acos',
    '$atan',
    '$atan2',
    '$sinh',
    '$cosh',
    '$tanh',
    '$degreesToRadians',
    '$radiansToDegrees',
  ],
]);
/** Their result is of the widest type among their arguments. */
const arithmetic = new Set([
  ...[
    '$add',
    '$subtract',
    '$multiply',
    '$mod',
    '$abs',
    '$ceil',
    '$floor',
    '$trunc',
    '$round',
    '$sum',
    '$min',
    '$max',
  ],
]);

/** An operator that mingo calculates. Fails with InvalidPipelineOperator when there is none. */
export function createMingoExpression(name: string, operand: unknown, create: CreateExpression): Expression {
  checkOperators({ [name]: operand }, variablesIn(operand));
  if (isObject(operand))
    return (document) => fromPlain(run({ [name]: toPlain(operand) }, toPlain(document) as Document));
  // Each argument by itself, so that its type is known; mingo then sees a document of arguments.
  const args = (Array.isArray(operand) ? operand : [operand]).map(create);
  const references = args.map((_, n) => `$a${n}`);
  const expression = { [name]: Array.isArray(operand) ? references : references[0] };
  return (document) => {
    const values = args.map((arg) => arg(document));
    const plain = Object.fromEntries(
      values.flatMap((value, n) => (value === undefined ? [] : [[`a${n}`, toPlain(value)]])),
    );
    return typed(name, fromPlain(run(expression, plain)), values);
  };
}

function run(expression: Document, document: Document): unknown {
  try {
    const { evalExpr, context } = mingo();
    return evalExpr(document, expression, { context, scriptEnabled: false } as Parameters<
      typeof evalExpr
    >[2]);
  } catch (error) {
    if (error instanceof MongoError) throw error;
    // mingo words its own complaints for the author of the pipeline.
    throw new MongoError('BadValue', error instanceof Error ? error.message : String(error));
  }
}

function typed(name: string, result: unknown, values: readonly unknown[]): unknown {
  if (!(result instanceof Int32 || result instanceof Long)) return result;
  const all = values.flat();
  if (alwaysDouble.has(name) || (arithmetic.has(name) && all.some((value) => value instanceof Double))) {
    return new Double(Number(result));
  }
  const long = name === '$toLong' || (arithmetic.has(name) && all.some((value) => value instanceof Long));
  return long && result instanceof Int32 ? Long.fromNumber(result.value) : result;
}

/** Names that $let, $map, $filter and $reduce bind somewhere within. */
function variablesIn(value: unknown): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...variablesIn(item)]));
  if (!isObject(value)) return new Set();
  const bound = [...(typeof value.as === 'string' ? [value.as] : []), ...Object.keys(value.vars ?? {})];
  return new Set([...bound, ...Object.values(value).flatMap((member) => [...variablesIn(member)])]);
}

const systemVariables = new Set(['ROOT', 'CURRENT', 'NOW', 'REMOVE', 'this', 'value']);

function checkOperators(value: unknown, variables: ReadonlySet<string>): void {
  if (typeof value === 'string' && value.startsWith('$$')) {
    const name = value.slice(2).split('.')[0] ?? '';
    if (!systemVariables.has(name) && !variables.has(name))
      throw new MongoError('UndefinedVariable', `Use of undefined variable: ${name}`);
  }
  if (Array.isArray(value)) for (const item of value) checkOperators(item, variables);
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (refused.has(key)) throw notHere(`The expression ${key}`);
    if (key.startsWith('$') && !mingo().known.has(key))
      throw new MongoError('InvalidPipelineOperator', `Unrecognized expression '${key}'`);
    if (key !== '$literal') checkOperators(member, variables);
  }
}
