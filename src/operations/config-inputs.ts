import { z } from 'zod';
import { ModelGraphError } from '../errors.ts';
import { type JsonPointer, parseJsonPointer } from '../json-pointer.ts';
import { checkDocument, isPlainObject, isWellFormed } from './check-document.ts';

// The parts that inputs of writes to configurations are made of.

/** A document of any shape: plain JavaScript values, where bigints, NaN and infinities are kept too. */
export const configDocument = z.unknown().transform((document, { addIssue }) => {
  const issues = checkDocument(document);
  for (const { path, message } of issues) addIssue({ code: 'custom', path: [...path], message });
  return issues.length > 0 ? z.NEVER : (document as Record<string, unknown>);
});

const maxMetrics = 1_000;
const maxNameCharacters = 200;
const nonFinite = new Set<unknown>(['NaN', 'Infinity', '-Infinity']);

/** Numbers by name; NaN and infinities as such or as text. */
export const configMetrics = z.unknown().transform((metrics, { addIssue }): Record<string, number> => {
  const refuse = (message: string, path: string[] = []) => {
    addIssue({ code: 'custom', path, message });
    return z.NEVER;
  };
  if (!isPlainObject(metrics)) return refuse('give numbers by their names, such as { "accuracy": 0.9 }');
  const entries = Object.entries(metrics);
  if (entries.length === 0 || entries.length > maxMetrics)
    return refuse(`give from 1 to ${maxMetrics} numbers`);
  for (const [name, value] of entries) {
    if (name === '' || name.length > maxNameCharacters || !isWellFormed(name))
      refuse(`a metric’s name has 1 to ${maxNameCharacters} characters, all of them whole`, [name]);
    if (typeof value !== 'number' && !nonFinite.has(value))
      refuse('give a number, or "NaN", "Infinity" or "-Infinity"', [name]);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, Number(value)]));
});

/** The revision that must stand there. */
export const expectedRevision = z
  .int('give a revision, or 0 for none')
  .min(0, 'give a revision, or 0 for none')
  .nullish();

/** JSON Pointers to the parts of the document to give back; all of it when left out. */
export const documentPaths = z
  .array(
    z.string().transform((path, { addIssue }): JsonPointer => {
      try {
        return parseJsonPointer(path, []);
      } catch (error) {
        if (!(error instanceof ModelGraphError)) throw error;
        addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    }),
  )
  .default([[]]);
