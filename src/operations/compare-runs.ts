import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { Question } from '../stores/postgres/question.ts';
import { runDigests, runsPerPage } from '../stores/postgres/run-digests.ts';

/** Puts keys to a question: same length, same order. */
export type AskRegistry = <Key, Row>(question: Question<Key, Row>, keys: readonly Key[]) => Promise<Row[]>;

/** A document in MongoDB that is not as PostgreSQL has its run. */
export interface RunDrift {
  readonly id: string;
  readonly kind: 'MISSING' | 'EXTRA' | 'MISMATCH';
}

const nil = '00000000-0000-0000-0000-000000000000';

/** Goes through a model's runs and their documents side by side, some hundred at a time, and tells of each difference. */
export async function* compareRuns(
  ask: AskRegistry,
  { copies }: Stores['mongo'],
  name: ModelName,
): AsyncGenerator<RunDrift> {
  for (let after = nil; ; ) {
    const [page = []] = await ask(runDigests, [{ name, after }]);
    const isLast = page.length < runsPerPage;
    const upTo = isLast ? null : (page.at(-1)?.id ?? null);
    const documents = new Map(
      (await copies.readRunDigests({ modelName: name, after: after === nil ? '' : after, upTo })).map(
        (copy) => [copy.id, copy],
      ),
    );
    for (const { id, framework, sha256 } of page) {
      const copy = documents.get(id);
      documents.delete(id);
      if (!copy) yield { id, kind: 'MISSING' };
      else if (copy.sha256 !== sha256 || copy.framework !== framework) yield { id, kind: 'MISMATCH' };
    }
    for (const id of documents.keys()) yield { id, kind: 'EXTRA' };
    if (upTo === null) return;
    after = upTo;
  }
}
