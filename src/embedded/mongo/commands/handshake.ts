import { type Document, Int32 } from 'bson';
import { MongoError } from '../errors.ts';
import { maxDocumentBytes, maxMessageBytes } from '../wire.ts';
import type { Command, Session } from './command.ts';

const version = '7.0.0';
// MongoDB 7.0. https://github.com/mongodb/specifications/blob/master/source/wireversion-featurelist/wireversion-featurelist.md
const maxWireVersion = 21;

const hello = (session: Session): Document => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: maxDocumentBytes,
  maxMessageSizeBytes: maxMessageBytes,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: session.connectionId,
  minWireVersion: 0,
  maxWireVersion,
  readOnly: false,
});

// No topologyVersion, so the driver polls; no compression, so it sends none.
const greeting: Command = {
  fields: [
    'helloOk',
    'client',
    'compression',
    'topologyVersion',
    'maxAwaitTimeMS',
    'hostInfo',
    'internalClient',
    'loadBalanced',
    'speculativeAuthenticate',
    'saslSupportedMechs',
    'backpressure',
  ],
  run: (_, session) => hello(session),
};

const always = (answer: Document): Command => ({ fields: [], run: () => answer });

const parameters: Document = { featureCompatibilityVersion: { version: '7.0' } };

const buildInfo = always({
  version,
  versionArray: [7, 0, 0, 0].map((part) => new Int32(part)),
  gitVersion: 'the in-memory server of ModelGraph',
  modules: ['modelgraph'],
  maxBsonObjectSize: maxDocumentBytes,
  bits: 64,
  debug: false,
});

/** Who is there, and what it can do. */
export const handshakeCommands: Readonly<Record<string, Command>> = {
  hello: greeting,
  isMaster: greeting,
  ismaster: greeting,
  ping: always({}),
  endSessions: always({}),
  killSessions: always({}),
  refreshSessions: always({}),
  buildInfo,
  buildinfo: buildInfo,
  connectionStatus: {
    fields: ['showPrivileges'],
    run: () => ({
      authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
    }),
  },
  getParameter: {
    fields: Object.keys(parameters),
    run: (body) => {
      const asked = Object.keys(parameters).filter((name) => name in body);
      if (asked.length === 0) throw new MongoError('InvalidOptions', 'no option found to get');
      return Object.fromEntries(asked.map((name) => [name, parameters[name]]));
    },
  },
  serverStatus: {
    fields: [],
    run: () => ({ version, process: 'modelgraph', uptime: process.uptime(), localTime: new Date() }),
  },
};
