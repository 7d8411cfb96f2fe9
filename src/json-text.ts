/** JSON text with what matches outside of its strings replaced; what a string holds is nobody's syntax. */
export function replaceOutsideStrings(
  text: string,
  pattern: RegExp,
  replacement: (match: string) => string,
): string {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const end = open === -1 ? text.length : endOfString(text, open);
    pieces.push(text.slice(at, open === -1 ? end : open).replace(pattern, replacement));
    if (open !== -1) pieces.push(text.slice(open, end));
    at = end;
  }
  return pieces.join('');
}

/** Where a string that opens at `open` is over; the end of the text when it does not close, which JSON.parse will tell. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (text[close - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return close + 1;
  }
  return text.length;
}
