import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { graphiqlTabs } from './graphiql-tabs.ts';

/** The header by which a browser shows that it asked on purpose; GraphiQL sends it, a form on a foreign page cannot. */
export const csrfHeader = 'x-graphql-yoga-csrf';

interface Page {
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** GraphiQL at /graphql for browsers, from a package: it asks no other host for anything. */
export function useGraphiQLPage(): Plugin {
  let page: Promise<Page> | undefined;
  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      if (request.method !== 'GET' || !request.headers.get('accept')?.includes('text/html')) return;
      if (url.pathname === '/') endResponse(fetchAPI.Response.redirect(new URL('/graphql', url).href, 302));
      if (url.pathname !== '/graphql') return;
      page ??= renderPage();
      const { gzipped, etag } = await page;
      const headers = { etag, 'cache-control': 'no-cache', vary: 'accept, accept-encoding' };
      if (request.headers.get('if-none-match') === etag) {
        endResponse(new fetchAPI.Response(null, { status: 304, headers }));
        return;
      }
      const html = { ...headers, 'content-type': 'text/html; charset=utf-8' };
      const takesGzip = request.headers.get('accept-encoding')?.includes('gzip');
      endResponse(
        takesGzip
          ? new fetchAPI.Response(gzipped, { headers: { ...html, 'content-encoding': 'gzip' } })
          : new fetchAPI.Response(new Uint8Array(await promisify(gunzip)(gzipped)), { headers: html }),
      );
    },
  };
}

// A tab that is pressed jumps aside, and the click is lost. https://github.com/motiondivision/motion/issues/3823
const tabsStayPut = '<style>.graphiql-tab { transform: none !important }</style>';

/** Made when first asked for: nine megabytes of text that most processes never send. */
async function renderPage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'ModelGraph',
    defaultTabs: graphiqlTabs.map((query) => ({ query })),
    additionalHeaders: { [csrfHeader]: 'graphiql' },
  });
  const html = page.replace('</head>', `${tabsStayPut}</head>`);
  const gzipped = new Uint8Array(await promisify(gzip)(html));
  return { gzipped, etag: `"${createHash('sha256').update(gzipped).digest('base64url')}"` };
}
