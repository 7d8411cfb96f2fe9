import type { Document } from 'bson';

/** Gives what is at a path, undefined for a missing field; with `spread`, arrays count by their members too. */
export type Place = (spread: boolean) => readonly unknown[];

/** What a field's part of a filter asks of its place. */
export type Condition = (place: Place) => boolean;

/** Whether a document, in typed form, matches; inside $elemMatch it may be an array, with positions for keys. */
export type Matcher = (document: Document) => boolean;

/** What operators make their inner conditions with. */
export interface Makers {
  readonly condition: (value: unknown) => Condition;
  readonly matcher: (filter: unknown) => Matcher;
}

/** Makes a condition of an operator's operand; `all` is the object it stands in. */
export type Operator = (operand: unknown, all: Document, make: Makers) => Condition;
