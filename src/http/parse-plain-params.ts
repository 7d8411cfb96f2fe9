import { parseExactJson } from './parse-exact-json.ts';

/** What a request asks to be executed. */
export interface PlainParams {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

const names: readonly string[] = ['query', 'operationName', 'variables'];

/** Undefined: it is anything but a query with variables and the name of an operation, and for Yoga to judge. */
export function parsePlainParams(text: string): PlainParams | undefined {
  const given = parsed(text);
  if (!isRecord(given)) return undefined;
  for (const name in given) if (!names.includes(name)) return undefined;
  const { query, operationName, variables } = given;
  if (typeof query !== 'string') return undefined;
  if (typeof (operationName ?? '') !== 'string' || !isRecord(variables ?? {})) return undefined;
  return given as unknown as PlainParams;
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
