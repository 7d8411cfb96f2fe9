import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import { badUserInput } from '../errors.ts';
import type { Store } from '../store-name.ts';
import type { GraphQLContext } from './context.ts';
import { decodeNodeId, encodeNodeId } from './node-id.ts';
import { gatewaySource } from './provenance.ts';

const maxNodes = 100;

/** The schema builder; defines no types of the domain itself. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  // Reading can always fail, so what is read is nullable; what is computed from a key says `nullable: false`.
  DefaultFieldNullability: true;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Connection: { count: () => Promise<number>; driver?: Store; asOf?: () => Promise<string | null> };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    Int64: { Input: string; Output: string };
  };
}>({
  plugins: [RelayPlugin],
  relay: {
    cursorType: 'String',
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The rows of this page, in order.',
    },
    nodeFieldOptions: { nullable: false, description: 'The row itself.' },
    nodesOnConnection: { description: 'The rows of this page without their cursors.' },
    cursorFieldOptions: { description: 'Where this row stands in the list: give it as `after` or `before`.' },
    firstArgOptions: { description: 'How many rows from the beginning, or after `after`: 1 to 100.' },
    lastArgOptions: { description: 'How many rows from the end, or before `before`: 1 to 100.' },
    afterArgOptions: { description: 'A cursor of this very list; the page begins behind it.' },
    beforeArgOptions: { description: 'A cursor of this very list; the page ends in front of it.' },
    pageInfoFieldOptions: { nullable: false, description: 'Whether the list goes on, and where.' },
    hasNextPageFieldOptions: { description: 'Whether rows follow this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether rows precede this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first row; null for an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last row; null for an empty page.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.', extensions: gatewaySource },
    nodeTypeOptions: {
      description: 'Whatever has an id by which `node` finds it again.',
      extensions: gatewaySource,
    },
    idFieldOptions: { description: 'Opaque, and the same for ever: for `node(id:)` and client caches.' },
    // A row shared between requests must not be written to; types tell their rows by `isTypeOf` instead.
    brandLoadedObjects: false,
    encodeGlobalID: encodeNodeId,
    decodeGlobalID: (id) => decodeNodeId(id, ['id']),
    nodeQueryOptions: {
      description: 'Any object by its id; null when there is none.',
      extensions: gatewaySource,
      args: { id: { description: 'The `id` of any object.' } },
    },
    nodesQueryOptions: {
      description: `Several objects by their ids, at most ${maxNodes}; null for each that is not there.`,
      extensions: gatewaySource,
      args: { ids: { description: 'The `id`s of objects, of one type or of many.' } },
      resolve: (_, { ids }, __, ___, resolveNodes) => {
        if (ids.length > maxNodes) throw badUserInput(['ids'], `Give at most ${maxNodes} ids.`);
        return resolveNodes(ids);
      },
    },
  },
});
