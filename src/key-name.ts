const maxCharacters = 200;
// Braces would move a Redis key's hash tag; control characters and lone surrogates do not survive every client.
const forbidden = /[{}\p{Cc}\p{Cs}]/u;

/** What is wrong with the name of a leaderboard or of a feature view, to follow "A name"; undefined: nothing. */
export function faultOfKeyName(name: string): string | undefined {
  if (name === '') return `cannot be empty; give 1 to ${maxCharacters} characters`;
  if (name.length > maxCharacters) return `can have at most ${maxCharacters} characters`;
  if (forbidden.test(name)) return 'cannot hold control characters, "{" or "}"';
  return undefined;
}
