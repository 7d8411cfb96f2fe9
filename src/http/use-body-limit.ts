import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Bodies can have at most so many bytes; beyond it 413. Yoga's own limit sends every body through a stream more. Of one that says
 * its length Node.js reads no byte more, so only the others have to be counted.
 */
export function useBodyLimit(maxBytes: number): Plugin {
  return {
    onRequestParse({ request }) {
      const length = request.headers.get('content-length');
      if (length !== null) {
        if (Number(length) > maxBytes) throw tooLarge(maxBytes);
        return;
      }
      const { body } = request;
      // Every parser that is in use reads the text.
      if (body) request.text = () => readText(body.getReader(), maxBytes);
    },
  };
}

async function readText(body: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await body.read();
    if (done) return new TextDecoder().decode(Buffer.concat(chunks));
    bytes += value.byteLength;
    // The rest is left unread, not cancelled: that would end the connection before the client has its answer.
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(value);
  }
}

const tooLarge = (maxBytes: number) =>
  new GraphQLError(`A request can have at most ${maxBytes} bytes.`, {
    extensions: { code: 'REQUEST_ENTITY_TOO_LARGE', http: { status: 413 } },
  });
