import type { Plugin } from 'graphql-yoga';
import { parseExactJson } from './parse-exact-json.ts';

/** Variables keep every digit of an integer: whatever parser reads the request's JSON finds bigints where numbers would round. */
export function useExactJson(): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (!requestParser) return;
      setRequestParser((request) => {
        request.json = async () => parseExactJson(await request.text());
        return requestParser(request);
      });
    },
  };
}
