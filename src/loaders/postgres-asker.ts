import DataLoader from 'dataloader';
import type { BatchRead } from '../batch-read.ts';
import type { Ask, Question } from '../stores/postgres/question.ts';

/** Puts keys to questions; all that is asked in one tick, whatever the questions, is one statement. */
export interface PostgresAsker {
  ask<Key, Row>(question: Question<Key, Row>, key: Key): Promise<Row>;
  /** Takes what one question has answered as the answer to another. */
  prime<Key, Row>(question: Question<Key, Row>, key: Key, row: Row): void;
  /** From now on everything is asked anew. */
  forget(): void;
}

/** One request's asker. Rejects per key with what the store said of it. */
export function postgresAsker(read: BatchRead<Ask, unknown>, request: object): PostgresAsker {
  const loader = new DataLoader<Ask, unknown, string>((asks) => read(asks, request), {
    cacheKeyFn: ({ question, key }) => `${question.id}\n${question.keyOf(key)}`,
  });
  return {
    ask<Key, Row>(question: Question<Key, Row>, key: Key) {
      return loader.load({ question, key }) as Promise<Row>;
    },
    prime(question, key, row) {
      loader.prime({ question, key }, row);
    },
    forget: () => void loader.clearAll(),
  };
}
