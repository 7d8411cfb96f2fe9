import { attributesOf } from './onnx-attributes.ts';
import type { OnnxModel, OnnxNode } from './onnx-model.ts';
import type { Compute } from './onnx-operator.ts';
import { operators } from './onnx-operators.ts';
import { decodeTensor } from './onnx-tensor-reader.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import type { OnnxValue } from './onnx-value.ts';

/** Since version 13 the operators take their axes as they do here. */
const oldestOpset = 13;

export type Evaluator = (feeds: ReadonlyMap<string, OnnxValue>) => ReadonlyMap<string, OnnxValue>;

/**
 * The model as a function of its inputs. Throws UnsupportedOnnx when it needs more than `operators`, and another
 * error when the file contradicts itself; so does the function when a shape does not fit.
 */
export function evaluatorOf({ opsets, graph }: OnnxModel): Evaluator {
  const constants = new Map<string, OnnxValue>();
  for (const tensor of graph.initializers) {
    const value = decodeTensor(tensor);
    if (!value)
      throw new UnsupportedOnnx('tensors other than FP64, INT64, BOOL and BYTES inside of the file');
    constants.set(tensor.name, value);
  }
  const steps = graph.nodes.map((node) => ({ ...stepOf(node), compute: computeOf(node) }));
  if ((opsets.get('') ?? oldestOpset) < oldestOpset)
    throw new UnsupportedOnnx(`operator set ${opsets.get('')}, which is older than ${oldestOpset}`);
  return (feeds) => {
    const values = new Map([...constants, ...feeds]);
    for (const { inputs, output, compute } of steps) {
      values.set(output, compute(inputs.map((name) => valueNamed(values, name))));
    }
    return new Map(graph.outputs.map(({ name }) => [name, valueNamed(values, name)]));
  };
}

function computeOf(node: OnnxNode): Compute {
  const operator = operators.get(`${node.domain === 'ai.onnx' ? '' : node.domain}:${node.op}`);
  if (!operator) throw new UnsupportedOnnx(`the operator ${node.op}`);
  const attributes = attributesOf(node);
  const compute = operator(attributes);
  attributes.done();
  return compute;
}

function stepOf({ op, inputs, outputs }: OnnxNode): { inputs: readonly string[]; output: string } {
  const [output] = outputs;
  if (output === undefined || outputs.length > 1)
    throw new UnsupportedOnnx(`several outputs of the operator ${op}`);
  return { inputs, output };
}

function valueNamed(values: ReadonlyMap<string, OnnxValue>, name: string): OnnxValue {
  const value = values.get(name);
  if (!value) throw new Error(`nothing gives the value ${JSON.stringify(name)}`);
  return value;
}
