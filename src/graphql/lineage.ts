import { badUserInput } from '../errors.ts';
import type { Loaders } from '../loaders/create-loaders.ts';
import type { ModelName } from '../model-name.ts';
import type { LineageEdgeRow, LineageNodeRow, LineageRows } from '../stores/postgres/lineage.ts';
import { builder } from './builder.ts';
import { encodeNodeId } from './node-id.ts';
import { postgresSource } from './provenance.ts';
import { ArtifactRef, DatasetRef, DeploymentRef, ModelVersionRef, TrainingRunRef } from './refs.ts';

const maxNodes = 500;
const maxDepth = 3;

interface Lineage {
  readonly nodes: readonly LineageNodeRow[];
  readonly edges: readonly LineageEdgeRow[];
  readonly truncated: boolean;
}

const LineageNodeType = builder.unionType('LineageNode', {
  description: 'Whatever a model is made of, or is made of it.',
  extensions: postgresSource,
  types: [DatasetRef, TrainingRunRef, ModelVersionRef, ArtifactRef, DeploymentRef],
});

const LineageEdgeType = builder.objectRef<LineageEdgeRow>('LineageEdge').implement({
  description: 'That one thing came of another.',
  extensions: postgresSource,
  fields: (t) => ({
    from: t.id({
      nullable: false,
      description: 'The `id` of what was there before.',
      resolve: ({ from }) => idOf(from),
    }),
    to: t.id({ nullable: false, description: 'The `id` of what came of it.', resolve: ({ to }) => idOf(to) }),
    relation: t.exposeString('relation', {
      nullable: false,
      description: 'TRAIN, VALIDATION or TEST (a dataset for a run), PRODUCED, HAS_ARTIFACT or DEPLOYED_AS.',
    }),
  }),
});

export const LineageType = builder.objectRef<Lineage>('Lineage').implement({
  description: 'A part of the graph of what came of what, around a model.',
  extensions: postgresSource,
  fields: (t) => ({
    nodes: t.field({
      type: [LineageNodeType],
      nullable: { list: false, items: false },
      description: 'Nearest first, of newer versions first.',
      resolve: ({ nodes }) => nodes.map(({ row }) => row as never),
    }),
    edges: t.expose('edges', {
      type: [LineageEdgeType],
      nullable: { list: false, items: false },
      description: 'Between these nodes.',
    }),
    truncated: t.exposeBoolean('truncated', {
      nullable: false,
      description: 'Whether there is more than `first` allowed.',
    }),
  }),
});

/** The graph around a model, of at most `first` nodes. */
export async function resolveLineage(
  name: ModelName,
  { direction, depth, first }: { direction: 'UPSTREAM' | 'DOWNSTREAM'; depth: number; first: number },
  { lineage }: Loaders,
): Promise<Lineage> {
  if (depth < 1 || depth > maxDepth)
    throw badUserInput(['depth'], `"depth" is ${depth}, but can be 1 to ${maxDepth}.`);
  if (first < 1 || first > maxNodes)
    throw badUserInput(['first'], `"first" is ${first}, but can be 1 to ${maxNodes}.`);
  return cut(await lineage.ofModel(name, direction, depth, first + 1), first);
}

function cut(rows: LineageRows | undefined, first: number): Lineage {
  const all = rows?.nodes ?? [];
  const nodes = all.slice(0, first);
  const shown = new Set(nodes.map(({ type, key }) => `${type}:${key}`));
  const edges = (rows?.edges ?? []).filter(({ from, to }) => shown.has(from) && shown.has(to));
  return { nodes, edges, truncated: all.length > first };
}

/** `<type>:<key>` → the node's id. */
function idOf(node: string): string {
  const colon = node.indexOf(':');
  return encodeNodeId(node.slice(0, colon), node.slice(colon + 1));
}
