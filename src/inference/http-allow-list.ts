import { upstreamFailed } from '../problems.ts';

/** Which URLs of a deployment may be asked. Nothing else ever opens a socket for one. */
export interface AllowList {
  /** The endpoint, normalised. Fails with UpstreamError when it is not on the list. */
  check(endpoint: string): URL;
  /** For URLs made from a checked one. */
  allows(url: URL): boolean;
}

// User info, a query, a fragment, white space and backslashes, which URL parsers read in different ways.
const ambiguous = /[?#@\s\\\p{Cc}]/u;

// Escapes that a server may undo before it looks at the path, and the path parameters that some drop: all of them
// can hide a step upwards from the comparison here.
const hidden = /%(?:2e|2f|5c|25|3b|[01][\da-f]|7f)|;|\/\//i;

/** `prefixes`: origins or URL prefixes; one with a path covers it and what is below, by whole segments. */
export function createAllowList(prefixes: readonly string[]): AllowList {
  const allowed = prefixes.map((prefix) => {
    const { origin, pathname } = new URL(prefix);
    return { origin, path: pathname.replace(/\/*$/, '/') };
  });
  const allows = ({ origin, pathname }: URL) =>
    allowed.some((prefix) => prefix.origin === origin && `${pathname}/`.startsWith(prefix.path));
  return {
    allows,
    check(endpoint) {
      if (ambiguous.test(endpoint) || !/^https?:\/\/[^/]/i.test(endpoint) || !URL.canParse(endpoint))
        throw refused('is no plain URL');
      const url = new URL(endpoint);
      if (hidden.test(url.pathname) || !isUnicode(url.pathname))
        throw refused('has a path that can be read in two ways');
      if (!allows(url)) throw refused('is not one that this gateway may ask');
      return url;
    },
  };
}

/** Bytes that are no UTF-8 are read as dots and slashes by some. */
function isUnicode(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

const refused = (what: string) =>
  upstreamFailed(
    `The endpoint of this deployment ${what}. Deploy with an http or https URL that INFERENCE_ENDPOINTS allows.`,
    false,
  );
