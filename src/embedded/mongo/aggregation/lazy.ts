import type { Document } from 'bson';

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
