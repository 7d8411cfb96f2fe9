import type { Tensor, TensorElement } from '../tensor.ts';

/** Outputs as text from which they come back bit for bit: NaN, infinities, -0 and 64-bit integers too. */
export const toOutputText = (outputs: readonly Tensor[]) =>
  JSON.stringify(
    outputs.map(({ name, datatype, shape, data }) => [name, datatype, shape, data.map(toElementText)]),
  );

/** The outputs of such a text. Throws for any other. */
export function fromOutputText(text: string): Tensor[] {
  const outputs = JSON.parse(text) as [string, Tensor['datatype'], number[], unknown[]][];
  return outputs.map(([name, datatype, shape, data]) => {
    const element = datatype === 'INT64' || datatype === 'UINT64' ? toBigInt : fromElementText;
    return { name, datatype, shape, data: datatype === 'BYTES' ? (data as string[]) : data.map(element) };
  });
}

function toElementText(value: TensorElement): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

const toBigInt = (value: unknown): TensorElement => BigInt(value as string);

const fromElementText = (value: unknown): TensorElement =>
  typeof value === 'string' ? Number(value) : (value as TensorElement);
