import { type InputIssue, invalidInput } from '../problems.ts';
import type { ModelSignature, Tensor, TensorElement, TensorSpec } from '../tensor.ts';
import { elementRange, toElement } from './tensor-elements.ts';
import { TensorFault } from './tensor-fault.ts';
import { elementCount, fitsShape, showShape } from './tensor-shape.ts';

/** Elements of all inputs of one call. */
export const mostInputElements = 100_000;

const mostElementIssues = 10;

/**
 * Inputs as the model takes them: floats rounded to their datatype, 64-bit integers as bigint. Rejects with
 * InvalidInputError, every fault with its path below `inputs`. A model that tells no inputs takes any.
 */
export function fitInputs(inputs: readonly Tensor[], signature: ModelSignature): readonly Tensor[] {
  const issues: InputIssue[] = [];
  const specs = new Map(signature.inputs.map((spec) => [spec.name, spec]));
  const anyInput = specs.size === 0;
  const given = new Set<string>();
  let elements = 0;
  const fitted = inputs.map((input, n) => {
    const path = ['inputs', String(n)];
    const { name, datatype } = input;
    const spec = specs.get(name);
    elements += input.data.length;
    if (given.has(name)) issues.push({ path: [...path, 'name'], message: 'is given twice.' });
    else if (!spec && !anyInput)
      issues.push({ path: [...path, 'name'], message: `is no input of the model; it takes ${show(specs)}.` });
    given.add(name);
    if (spec && spec.datatype !== datatype)
      issues.push({ path: [...path, 'datatype'], message: `must be ${spec.datatype}.` });
    issues.push(...shapeIssues(input, spec, path));
    const data = elements > mostInputElements ? [] : fitElements(input, path, issues);
    return { ...input, data };
  });
  for (const { name } of signature.inputs)
    if (!given.has(name))
      issues.push({ path: ['inputs'], message: `lacks the input ${JSON.stringify(name)}.` });
  if (elements > mostInputElements)
    issues.push({
      path: ['inputs'],
      message: `have ${elements} elements; give at most ${mostInputElements}.`,
    });
  if (issues.length > 0) throw invalidInput(issues);
  return fitted;
}

const show = (specs: ReadonlyMap<string, TensorSpec>) =>
  [...specs.keys()].map((name) => JSON.stringify(name)).join(', ');

function shapeIssues({ shape, data }: Tensor, spec: TensorSpec | undefined, path: string[]): InputIssue[] {
  const count = elementCount(shape);
  if (count === undefined)
    return [{ path: [...path, 'shape'], message: 'must be made of whole numbers from 0.' }];
  if (spec && !fitsShape(shape, spec.shape))
    return [
      {
        path: [...path, 'shape'],
        message: `is ${showShape(shape)}, the model takes ${showShape(spec.shape)}${spec.shape.includes(-1) ? ', where -1 is any size' : ''}.`,
      },
    ];
  if (count !== data.length)
    return [
      {
        path: [...path, 'data'],
        message: `has ${data.length} elements where the shape ${showShape(shape)} has ${count}.`,
      },
    ];
  return [];
}

function fitElements({ datatype, data }: Tensor, path: string[], issues: InputIssue[]): TensorElement[] {
  const toThis = toElement[datatype];
  const fitted = new Array<TensorElement>(data.length);
  let wrong = 0;
  for (let n = 0; n < data.length; n++) {
    const element = toThis(data[n]);
    if (element !== undefined) fitted[n] = element;
    else if (++wrong <= mostElementIssues)
      issues.push({ path: [...path, 'data', String(n)], message: `must be ${elementRange[datatype]}.` });
  }
  if (wrong > mostElementIssues)
    issues.push({ path: [...path, 'data'], message: `has ${wrong - mostElementIssues} more such elements.` });
  return fitted;
}

/** Whether an answer is what the signature says; outputs that it does not name are passed. Fails with TensorFault. */
export function checkOutputs(outputs: readonly Tensor[], signature: ModelSignature): void {
  const given = new Map(outputs.map((output) => [output.name, output]));
  for (const [n, { name, datatype, shape }] of signature.outputs.entries()) {
    const output = given.get(name);
    const which = `output ${n} of the model's signature`;
    if (!output) throw new TensorFault(`it lacks ${which}`);
    if (output.datatype !== datatype)
      throw new TensorFault(`${which} is ${datatype}, and came as ${output.datatype}`);
    if (!fitsShape(output.shape, shape))
      throw new TensorFault(
        `${which} has the shape ${showShape(shape)}, and came as ${showShape(output.shape)}`,
      );
  }
}
