import { PbfReader } from 'pbf';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxValueInfo } from './onnx-model.ts';
import { readAttribute, readTensor } from './onnx-tensor-reader.ts';

/**
 * The model in a file's bytes, whose tensors it shares. Throws when they are no ONNX model. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const pbf = new PbfReader(bytes);
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const found: { graph?: OnnxGraph } = {};
  pbf.readFields((field) => {
    if (field === 7) found.graph = readGraph(pbf);
    else if (field === 8) {
      const { domain, version } = readOpset(pbf);
      // Both name the default domain.
      opsets.set(domain === 'ai.onnx' ? '' : domain, version);
    } else if (field === 14) {
      const [key, value] = readEntry(pbf);
      metadata.set(key, value);
    }
  }, undefined);
  // The library does not mind a length that leads beyond the end.
  if (pbf.pos !== bytes.length) throw new Error('it ends too early');
  if (!found.graph || found.graph.outputs.length === 0 || opsets.size === 0)
    throw new Error('it has no graph');
  return { opsets, metadata, graph: found.graph };
}

function readGraph(pbf: PbfReader): OnnxGraph {
  const graph = {
    nodes: [] as OnnxNode[],
    initializers: [] as OnnxGraph['initializers'][number][],
    inputs: [] as OnnxValueInfo[],
    outputs: [] as OnnxValueInfo[],
  };
  pbf.readMessage((field) => {
    if (field === 1) graph.nodes.push(readNode(pbf));
    else if (field === 5) graph.initializers.push(readTensor(pbf));
    else if (field === 11) graph.inputs.push(readValueInfo(pbf));
    else if (field === 12) graph.outputs.push(readValueInfo(pbf));
  }, graph);
  // Before version 4 of the format, what a file gives a value to was listed among its inputs.
  const given = new Set(graph.initializers.map(({ name }) => name));
  return { ...graph, inputs: graph.inputs.filter(({ name }) => !given.has(name)) };
}

function readNode(pbf: PbfReader): OnnxNode {
  const node = {
    op: '',
    domain: '',
    inputs: [] as string[],
    outputs: [] as string[],
    attributes: new Map<string, ReturnType<typeof readAttribute>['attribute']>(),
  };
  return pbf.readMessage((field) => {
    if (field === 1) node.inputs.push(pbf.readString());
    else if (field === 2) node.outputs.push(pbf.readString());
    else if (field === 4) node.op = pbf.readString();
    else if (field === 7) node.domain = pbf.readString();
    else if (field === 5) {
      const { name, attribute } = readAttribute(pbf);
      node.attributes.set(name, attribute);
    }
  }, node);
}

function readValueInfo(pbf: PbfReader): OnnxValueInfo {
  const info = { name: '', tensor: undefined as OnnxValueInfo['tensor'] };
  return pbf.readMessage((field) => {
    if (field === 1) info.name = pbf.readString();
    else if (field === 2)
      pbf.readMessage((kind) => {
        if (kind === 1) info.tensor = readTensorType(pbf);
      }, undefined);
  }, info);
}

function readTensorType(pbf: PbfReader) {
  const type = { datatypeCode: 0, shape: [] as number[] };
  return pbf.readMessage((field) => {
    if (field === 1) type.datatypeCode = pbf.readVarint();
    else if (field === 2)
      pbf.readMessage((dim) => {
        if (dim === 1) type.shape.push(readDimension(pbf));
      }, undefined);
  }, type);
}

/** -1 for a dimension that has a name, or nothing. */
function readDimension(pbf: PbfReader): number {
  const dimension = { size: -1 };
  pbf.readMessage((field) => {
    if (field === 1) dimension.size = pbf.readVarint(true);
  }, undefined);
  return dimension.size;
}

function readOpset(pbf: PbfReader) {
  const opset = { domain: '', version: 0 };
  return pbf.readMessage((field) => {
    if (field === 1) opset.domain = pbf.readString();
    else if (field === 2) opset.version = pbf.readVarint(true);
  }, opset);
}

function readEntry(pbf: PbfReader): [string, string] {
  const entry: [string, string] = ['', ''];
  return pbf.readMessage((field) => {
    if (field === 1 || field === 2) entry[field - 1] = pbf.readString();
  }, entry);
}
