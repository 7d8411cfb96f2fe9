import { badUserInput } from './errors.ts';

declare const brand: unique symbol;

/** The key that all stores share: NFC text, 1 to 200 characters, never renamed. */
export type ModelName = string & { readonly [brand]: 'ModelName' };

const maxCharacters = 200;
// Braces would move a Redis key's hash tag; control characters and lone surrogates do not survive every store.
const forbidden = /[{}\p{Cc}\p{Cs}\u2028\u2029]/u;

/** Text → ModelName. Fails with BAD_USER_INPUT at `argumentPath`. */
export function parseModelName(text: string, argumentPath: readonly string[]): ModelName {
  const fault = faultOf(text);
  if (fault) throw badUserInput(argumentPath, `A model name ${fault}.`);
  return text.normalize('NFC') as ModelName;
}

/** Whether a key that came from outside, such as a node id, can be a model's name at all. */
export function isModelName(text: string): text is ModelName {
  return faultOf(text) === undefined && text === text.normalize('NFC');
}

function faultOf(text: string): string | undefined {
  if (text.trim() === '') return 'cannot be empty; give 1 to 200 characters';
  if (text !== text.trim()) return 'cannot begin or end with white space';
  if ([...text.normalize('NFC')].length > maxCharacters)
    return `can have at most ${maxCharacters} characters`;
  if (forbidden.test(text)) return 'cannot hold control characters, "{" or "}"';
  return undefined;
}
