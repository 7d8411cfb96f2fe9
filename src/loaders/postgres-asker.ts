import DataLoader from 'dataloader';
import type { Stores } from '../stores/open-stores.ts';
import type { Ask, Question } from '../stores/postgres/question.ts';

/** Puts keys to questions; all that is asked in one tick, whatever the questions, is one statement, and what is heavy another. */
export interface PostgresAsker {
  ask<Key, Row>(question: Question<Key, Row>, key: Key): Promise<Row>;
  /** Takes what one question has answered as the answer to another. */
  prime<Key, Row>(question: Question<Key, Row>, key: Key, row: Row): void;
  /** From now on everything is asked anew. */
  forget(): void;
}

/** One request's asker. Rejects per key with what the store said of it. */
export function postgresAsker(
  { read, readHeavy }: Pick<Stores['postgres'], 'read' | 'readHeavy'>,
  request: object,
): PostgresAsker {
  const loaderOf = (readAll: typeof read) =>
    new DataLoader<Ask, unknown, string>((asks) => readAll(asks, request), {
      cacheKeyFn: ({ question, key }) => `${question.id}\n${question.keyOf(key)}`,
    });
  const [light, heavy] = [loaderOf(read), loaderOf(readHeavy)];
  return {
    ask<Key, Row>(question: Question<Key, Row>, key: Key) {
      return (question.heavy ? heavy : light).load({ question, key }) as Promise<Row>;
    },
    prime(question, key, row) {
      (question.heavy ? heavy : light).prime({ question, key }, row);
    },
    forget() {
      for (const loader of [light, heavy]) loader.clearAll();
    },
  };
}
