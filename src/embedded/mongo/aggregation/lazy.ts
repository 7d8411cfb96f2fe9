import type { Document } from 'bson';
import type { Source } from './stage.ts';

/** One document at a time: of a hundred thousand that a stage makes, most are gone before the next is made. */
export function* each(documents: Iterable<Document>, change: (document: Document) => Document) {
  for (const document of documents) yield change(document);
}

export function* those(documents: Iterable<Document>, holds: (document: Document) => boolean) {
  for (const document of documents) if (holds(document)) yield document;
}

export function* part(documents: Iterable<Document>, from: number, to: number) {
  let n = 0;
  for (const document of documents) {
    if (n >= to) return;
    if (n >= from) yield document;
    n += 1;
  }
}

/** Stages that take one document at a time run all in one: the time is looked at on the way. */
export function* timed<T>(documents: Iterable<T>, source: Pick<Source, 'checkTime'>): Iterable<T> {
  const tick = ticker(source);
  for (const document of documents) {
    tick();
    yield document;
  }
}

const documentsPerCheck = 1_000;

/** To be called for each document; looks at the time now and then. */
export function ticker({ checkTime }: Pick<Source, 'checkTime'>): () => void {
  let n = 0;
  return () => {
    n += 1;
    if (n % documentsPerCheck === 0) checkTime();
  };
}
