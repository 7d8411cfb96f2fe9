import { badUserInput } from '../errors.ts';

/** Type and key → the opaque id of a Node. */
export function encodeNodeId(typename: string, key: string | number | bigint): string {
  return Buffer.from(`${typename}:${key}`).toString('base64url');
}

/** Id → type and key. Fails with BAD_USER_INPUT at `argumentPath` for what is no id of ours. */
export function decodeNodeId(id: string, argumentPath: readonly string[]): { typename: string; id: string } {
  const text = Buffer.from(id, 'base64url').toString();
  const [, typename, key] = /^([A-Za-z]+):(.+)$/su.exec(text) ?? [];
  if (!typename || !key || !nodeTypes.has(typename))
    throw badUserInput(argumentPath, `"${id.slice(0, 80)}" is not the id of any object here.`);
  return { typename, id: key };
}

/** Id of an object of one type → its key. Fails with BAD_USER_INPUT at `argumentPath` for any other. */
export function decodeIdOf(typename: string, id: string, argumentPath: readonly string[]): string {
  const node = decodeNodeId(id, argumentPath);
  if (node.typename !== typename)
    throw badUserInput(argumentPath, `This is the id of a ${node.typename}, not of a ${typename}.`);
  return node.id;
}

const nodeTypes = new Set([
  'ModelInfo',
  'ModelVersion',
  'TrainingRun',
  'ModelConfig',
  'Dataset',
  'Artifact',
  'Deployment',
  'ModelEvent',
]);

/** Whether a key can be a UUID; what cannot names nothing, and must not reach a query. */
export const isUuid = (key: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key);
