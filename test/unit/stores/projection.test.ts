import { describe, expect, it } from 'vitest';
import { parseJsonPointer } from '../../../src/json-pointer.ts';
import { projectionOf } from '../../../src/stores/mongo/projection.ts';

const projection = (...paths: string[]) =>
  projectionOf(paths.map((path) => parseJsonPointer(path, ['paths'])));

describe('what is read of a document', () => {
  it('is what was asked for, under its key at rest', () => {
    expect(projection('/metrics/accuracy', '/scaler.mean')).toEqual({
      'document.metrics.accuracy': 1,
      'document.scaler%2Emean': 1,
    });
  });

  it('ends before a position in an array, which a projection cannot pick', () => {
    expect(projection('/layers/0/units', '/layers/1')).toEqual({ 'document.layers': 1 });
  });

  it('is never a path beside its own beginning, which MongoDB refuses', () => {
    expect(projection('/a/b/c', '/a', '/ab', '/a/d')).toEqual({ 'document.a': 1, 'document.ab': 1 });
  });

  it('is all of it for the empty pointer, and nothing for none', () => {
    expect(projection('', '/a')).toEqual({ document: 1 });
    expect(projection()).toEqual({});
  });
});
