import { replaceOutsideStrings } from '../json-text.ts';
import type { Datatype, Tensor, TensorElement } from '../tensor.ts';
import { elementRange, toElement } from './tensor-elements.ts';
import { TensorFault } from './tensor-fault.ts';

// What JSON.parse rounds, refuses or takes for infinite: such tokens become marked text, and are read by us.
const special =
  /-?(?:NaN|Infinity|Inf)(?![\w])|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])|(?<![\d.eE+-])-?\d+(?:\.\d+)?[eE]\+?\d{3,}/gi;
const mayHoldSpecial = /\d{16}|nan|inf|e\+?\d{3}/i;

// More digits than the largest FP64 has: whatever is longer fits no datatype.
const mostDigits = 310;

// Nobody outside of this process can write it.
const mark = `number:${crypto.randomUUID()}:`;

/**
 * As JSON.parse, but long integers are bigint, and the literals NaN and ±Infinity, which JSON lacks and servers write
 * all the same, are numbers. Fails with TensorFault.
 */
export function parseTensorJson(text: string): unknown {
  try {
    const marked = mayHoldSpecial.test(text) ? markSpecial(text) : undefined;
    return marked === undefined ? JSON.parse(text) : JSON.parse(marked, unmark);
  } catch (error) {
    throw error instanceof TensorFault ? error : new TensorFault('it is no JSON');
  }
}

/** The text with its special tokens marked; undefined when there are none. */
function markSpecial(text: string): string | undefined {
  let marks = false;
  const markToken = (token: string) => {
    marks = true;
    return `"${mark}${token}"`;
  };
  const marked = replaceOutsideStrings(text, special, markToken);
  return marks ? marked : undefined;
}

function unmark(_: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(mark)) return value;
  const token = value.slice(mark.length);
  if (/^-?\d+$/.test(token)) {
    if (token.length > mostDigits) throw new TensorFault('it has a number that no datatype can hold');
    return BigInt(token);
  }
  const float = nonFinite(token) ?? Number(token);
  if (/\d/.test(token) && !Number.isFinite(float))
    throw new TensorFault('it has a number that no datatype can hold');
  return float;
}

/** `NaN`, `inf`, `-Infinity` … → number; undefined for any other text. */
function nonFinite(text: string): number | undefined {
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  return sign === undefined ? undefined : sign === '-' ? -Infinity : Infinity;
}

/** JSON values, flat or nested by rows, → elements. Fails with TensorFault on the first that does not fit. */
export function fromJson(
  datatype: Datatype,
  values: readonly unknown[],
  dimensions: number,
): TensorElement[] {
  const flat = values.some(Array.isArray) ? values.flat(Math.min(dimensions, mostDimensions)) : values;
  const toThis = toElement[datatype];
  const float = datatype.startsWith('FP');
  return flat.map((value, n) => {
    const element = toThis(float && typeof value === 'string' ? nonFinite(value) : value);
    if (element === undefined)
      throw new TensorFault(`has as element ${n} what is no ${datatype}; expected ${elementRange[datatype]}`);
    return element;
  });
}

// Flattening recurses; what is nested deeper than any tensor is refused as an element instead.
const mostDimensions = 32;

/** Elements → a flat JSON array. What JSON has no numbers for is text, so that every reader of JSON can read it. */
export function toJson({ datatype, data }: Pick<Tensor, 'datatype' | 'data'>): string {
  if (datatype === 'BYTES') return JSON.stringify(data);
  return `[${data.map(datatype.startsWith('FP') ? floatToJson : String).join(',')}]`;
}

function floatToJson(element: TensorElement): string {
  if (Object.is(element, -0)) return '-0.0';
  return Number.isFinite(element) ? String(element) : `"${element}"`;
}
