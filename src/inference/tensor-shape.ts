/** How many elements a tensor of this shape has; undefined when it is no shape. */
export function elementCount(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || (size as number) < 0) return undefined;
    count *= size as number;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Whether a shape is one that the signature allows, where -1 may have any size. */
export const fitsShape = (shape: readonly number[], allowed: readonly number[]) =>
  shape.length === allowed.length &&
  allowed.every((size, dimension) => size === -1 || size === shape[dimension]);

/** As people write it, for messages. */
export const showShape = (shape: readonly number[]) => `[${shape.join(', ')}]`;
