import { PbfWriter } from 'pbf';
import type { OnnxValue } from '../../../inference/onnx-value.ts';
import type { Graph, NodeToWrite } from './graph.ts';

/** An input or output; a dimension given as text may have any size. */
interface ValueToWrite {
  readonly name: string;
  readonly datatype: OnnxValue['datatype'];
  readonly shape: readonly (number | string)[];
}

interface ModelToWrite {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly ValueToWrite[];
  readonly outputs: readonly ValueToWrite[];
  readonly metadata: Readonly<Record<string, string>>;
}

// The first versions with TreeEnsemble: https://github.com/onnx/onnx/blob/main/docs/Versioning.md
const irVersion = 10;
const opsets = [
  { domain: '', version: 21 },
  { domain: 'ai.onnx.ml', version: 5 },
];

const codes = { FP64: 11, INT64: 7, BOOL: 9, UINT8: 2, BYTES: 8 };

/** An ONNX file; the same model gives the same bytes. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */
export function writeOnnx(model: ModelToWrite): Uint8Array {
  const used = new Set(['', ...model.graph.nodes.map(({ domain }) => domain)]);
  const pbf = new PbfWriter();
  int(pbf, 1, irVersion);
  text(pbf, 2, 'modelgraph-demo');
  message(pbf, 7, () => writeGraph(pbf, model));
  for (const { domain, version } of opsets.filter((opset) => used.has(opset.domain))) {
    message(pbf, 8, () => {
      text(pbf, 1, domain);
      int(pbf, 2, version);
    });
  }
  for (const [key, value] of Object.entries(model.metadata)) {
    message(pbf, 14, () => {
      text(pbf, 1, key);
      text(pbf, 2, value);
    });
  }
  return pbf.finish();
}

function writeGraph(pbf: PbfWriter, { name, graph, inputs, outputs }: ModelToWrite): void {
  for (const node of graph.nodes) message(pbf, 1, () => writeNode(pbf, node));
  text(pbf, 2, name);
  for (const [constant, value] of graph.constants) message(pbf, 5, () => writeTensor(pbf, value, constant));
  for (const input of inputs) message(pbf, 11, () => writeValueInfo(pbf, input));
  for (const output of outputs) message(pbf, 12, () => writeValueInfo(pbf, output));
}

function writeNode(pbf: PbfWriter, { op, domain, inputs, output, attributes }: NodeToWrite): void {
  for (const input of inputs) text(pbf, 1, input);
  text(pbf, 2, output);
  text(pbf, 3, output);
  text(pbf, 4, op);
  for (const [name, value] of Object.entries(attributes)) {
    message(pbf, 5, () => {
      text(pbf, 1, name);
      if (typeof value === 'number') int(pbf, 3, value);
      else if ('datatype' in value) message(pbf, 5, () => writeTensor(pbf, value, name));
      else for (const one of value) int(pbf, 8, one);
      int(pbf, 20, typeof value === 'number' ? 2 : 'datatype' in value ? 4 : 7);
    });
  }
  if (domain) text(pbf, 7, domain);
}

function writeTensor(pbf: PbfWriter, { datatype, dims, data }: OnnxValue, name: string): void {
  for (const dim of dims) int(pbf, 1, dim);
  int(pbf, 2, codes[datatype]);
  if (datatype === 'BYTES') for (const one of data) text(pbf, 6, one);
  text(pbf, 8, name);
  // Of all of Node's machines the bytes are in the order that the format wants.
  if (datatype !== 'BYTES')
    pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(pbf: PbfWriter, { name, datatype, shape }: ValueToWrite): void {
  const writeShape = () => {
    for (const dim of shape) {
      message(pbf, 1, () => (typeof dim === 'number' ? int(pbf, 1, dim) : text(pbf, 2, dim)));
    }
  };
  text(pbf, 1, name);
  message(pbf, 2, () =>
    message(pbf, 1, () => {
      int(pbf, 1, codes[datatype]);
      message(pbf, 2, writeShape);
    }),
  );
}

const int = (pbf: PbfWriter, field: number, value: number) => pbf.writeVarintField(field, value);
const text = (pbf: PbfWriter, field: number, value: string) => pbf.writeStringField(field, value);
const message = (pbf: PbfWriter, field: number, write: () => void) =>
  pbf.writeMessage(field, write, undefined);
