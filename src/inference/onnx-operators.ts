import { cast, gather, squeeze, unsqueeze } from './onnx-arrangement.ts';
import { binary, isNan, roundHalfToEven, unary, where } from './onnx-elementwise.ts';
import { argMax, gemm, reduceSum, softmax } from './onnx-matrix.ts';
import type { Operator } from './onnx-operator.ts';
import { treeEnsemble } from './onnx-trees.ts';

/** What is computed without onnxruntime-node, by domain and name: what the demo's models are made of. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  [':Add', binary((a, b) => a + b)],
  [':Sub', binary((a, b) => a - b)],
  [':Mul', binary((a, b) => a * b)],
  [':Div', binary((a, b) => a / b)],
  [':Log', unary(Math.log)],
  [':Round', unary(roundHalfToEven)],
  [':Sigmoid', unary((value) => 1 / (1 + Math.exp(-value)))],
  [':Tanh', unary(Math.tanh)],
  [':IsNaN', isNan],
  [':Where', where],
  [':Gemm', gemm],
  [':Softmax', softmax],
  [':ReduceSum', reduceSum],
  [':ArgMax', argMax],
  [':Gather', gather],
  [':Unsqueeze', unsqueeze],
  [':Squeeze', squeeze],
  [':Cast', cast],
  ['ai.onnx.ml:TreeEnsemble', treeEnsemble],
]);
