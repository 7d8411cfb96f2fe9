import { LRUCache } from 'lru-cache';
import type { InferenceSettings } from '../config.ts';
import { upstreamFailed } from '../problems.ts';
import type { BackEnd } from './back-end.ts';
import { type AllowList, createAllowList } from './http-allow-list.ts';
import { httpBackEnd, type ModelPaths } from './http-back-end.ts';
import { type Endpoint, openEndpoint } from './http-endpoint.ts';
import type { Inference, ServedModel } from './inference.ts';

const mostEndpoints = 1_000;
const mostModels = 10_000;

/** Models behind http and https. What was not asked for longest is closed, and opened anew when it is asked again. */
export function openHttpInference(settings: InferenceSettings): Inference {
  const allowList = createAllowList(settings.endpoints);
  const closing = new Set<Promise<void>>();
  const endpoints = new LRUCache<string, Endpoint>({
    max: mostEndpoints,
    dispose(endpoint) {
      const done = endpoint.close().finally(() => closing.delete(done));
      closing.add(done);
    },
  });
  let closed = false;
  const backEnds = new LRUCache<string, BackEnd>({ max: mostModels });
  const endpointAt = (url: URL): Endpoint => {
    const known = endpoints.get(url.href);
    if (known) return known;
    if (closed) throw upstreamFailed('This gateway is stopping. Ask another, or try again shortly.', true);
    const opened = openEndpoint(url, settings);
    endpoints.set(url.href, opened);
    return opened;
  };
  return {
    at(endpoint, model) {
      const url = allowList.check(endpoint);
      const paths = pathsOf(url, model, allowList);
      const key = `${url.href} ${paths.model}`;
      const known = backEnds.get(key);
      if (known) return known;
      const backEnd = httpBackEnd(() => endpointAt(url), paths, settings.deadlineMs);
      backEnds.set(key, backEnd);
      return backEnd;
    },
    async close() {
      closed = true;
      endpoints.clear();
      await Promise.all(closing);
    },
  };
}

const modelsPath = '/v2/models/';

/** An endpoint below /v2/models/ is the model itself; any other is a server, or a part of one, that has it by name. */
function pathsOf(url: URL, { name, version }: ServedModel, allowList: AllowList): ModelPaths {
  const path = url.pathname.replace(/\/+$/, '');
  const at = path.indexOf(modelsPath);
  const base = at === -1 ? path : path.slice(0, at);
  const server = `${base}/v2`;
  return {
    model: at === -1 ? `${base}${modelsPath}${segment(name)}/versions/${version}` : path,
    server: allowList.allows(new URL(server, url)) ? server : undefined,
  };
}

/** A name that servers might read as more than one step of a path is none that can be appended to a URL. */
function segment(name: string): string {
  if (!/[/\\%;]|^\.+$/.test(name)) return encodeURIComponent(name);
  throw upstreamFailed(
    `The model ${JSON.stringify(name)} cannot be asked for by its name. Deploy it with the URL of the model itself, which holds ${modelsPath}.`,
    false,
  );
}
