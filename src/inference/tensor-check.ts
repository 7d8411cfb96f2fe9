import type { InputIssue } from '../problems.ts';
import type { Datatype, ModelSignature, Tensor, TensorSpec } from '../tensor.ts';

const mostElements = 100_000;

/** What does not fit the signature, all of it; paths lead from the arguments of a prediction, such as inputs.0.shape. */
export function faultsOf({ inputs }: ModelSignature, tensors: readonly Tensor[]): InputIssue[] {
  const specs = new Map(inputs.map((spec) => [spec.name, spec]));
  const names = tensors.map(({ name }) => name);
  const faults = tensors.flatMap((tensor, n) => {
    const spec = specs.get(tensor.name);
    const at = ['inputs', String(n)];
    if (!spec) {
      const known = inputs.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
      return [{ path: [...at, 'name'], message: `The model has no such input; its inputs: ${known}.` }];
    }
    const twice = names.indexOf(tensor.name) < n;
    return [
      ...(twice ? [{ path: [...at, 'name'], message: 'This input is given twice; give it once.' }] : []),
      ...faultsOfTensor(tensor, spec).map(({ path, message }) => ({ path: [...at, ...path], message })),
    ];
  });
  const missing = inputs
    .filter(({ name }) => !names.includes(name))
    .map((spec) => ({
      path: ['inputs'],
      message: `The input ${JSON.stringify(spec.name)} is missing; give ${spec.datatype} ${show(spec.shape)}.`,
    }));
  const count = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const tooMany =
    count > mostElements
      ? [
          {
            path: ['inputs'],
            message: `${count} elements are too many; give at most ${mostElements} in all.`,
          },
        ]
      : [];
  return [...faults, ...missing, ...tooMany];
}

function faultsOfTensor({ datatype, shape, data }: Tensor, spec: TensorSpec): InputIssue[] {
  const faults: InputIssue[] = [];
  if (datatype !== spec.datatype)
    faults.push({ path: ['datatype'], message: `The model takes ${spec.datatype}, not ${datatype}.` });
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    faults.push({ path: ['shape'], message: 'A shape is made of whole numbers from 0 up.' });
    return faults;
  }
  const fits =
    shape.length === spec.shape.length && spec.shape.every((size, n) => size === -1 || size === shape[n]);
  if (!fits)
    faults.push({ path: ['shape'], message: `The model takes ${show(spec.shape)}, not ${show(shape)}.` });
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count) {
    const message = `The shape ${show(shape)} has ${count} elements, but ${data.length} are given.`;
    faults.push({ path: ['data'], message });
  }
  const kind = kindOf(datatype);
  const odd = data.findIndex((element) => typeof element !== kind);
  if (odd >= 0)
    faults.push({
      path: ['data', String(odd)],
      message: `An element of ${datatype} is a ${kind}, not a ${typeof data[odd]}.`,
    });
  return faults;
}

function kindOf(datatype: Datatype): string {
  if (datatype === 'BOOL') return 'boolean';
  if (datatype === 'BYTES') return 'string';
  return datatype === 'INT64' || datatype === 'UINT64' ? 'bigint' : 'number';
}

const show = (shape: readonly number[]) => `[${shape.join(', ')}]`;
