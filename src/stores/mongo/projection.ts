import type { JsonPointer } from '../../json-pointer.ts';
import { escapeKey } from './key-escaping.ts';

/** Which parts of a document are wanted; an empty pointer asks for all of it, no pointer for none. */
export type DocumentParts = readonly JsonPointer[];

/**
 * Parts → a MongoDB projection that reads them and little more. A projection cannot pick out of an array, so a
 * path ends before its first number; and it refuses a path beside its own beginning, so only the shorter is kept.
 * https://www.mongodb.com/docs/manual/tutorial/project-fields-from-query-results/
 */
export function projectionOf(parts: DocumentParts): Record<string, 1> {
  const paths = new Set(parts.map(pathOf));
  const projection: Record<string, 1> = {};
  for (const path of paths) {
    if (!hasShorter(path, paths)) projection[path] = 1;
  }
  return projection;
}

const root = 'document';

function pathOf(pointer: JsonPointer): string {
  const end = pointer.findIndex((token) => /^\d+$/.test(token));
  return [root, ...pointer.slice(0, end === -1 ? undefined : end).map(escapeKey)].join('.');
}

function hasShorter(path: string, paths: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('.'); end !== -1; end = path.lastIndexOf('.', end - 1)) {
    if (paths.has(path.slice(0, end))) return true;
  }
  return false;
}
