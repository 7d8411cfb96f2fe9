import { createServer, type Server, type Socket } from 'node:net';
import { createCursors } from './cursors.ts';
import { createDatabases } from './database.ts';
import { runCommand } from './run-command.ts';
import { createFramer, formatReply, parseRequest } from './wire.ts';

/** A MongoDB of our own, in memory: the wire protocol over TCP, one command after another. */
export function createMongoServer(): Server {
  const shared = { databases: createDatabases(), cursors: createCursors() };
  let connections = 0;
  return createServer({ noDelay: true }, (socket) => {
    connections += 1;
    const session = { ...shared, connectionId: connections };
    const frame = createFramer();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      try {
        for (const message of frame(chunk)) answer(socket, message);
      } catch {
        // What is no message of the protocol cannot be answered in it either.
        socket.destroy();
      }
    });

    function answer(to: Socket, message: Buffer): void {
      const request = parseRequest(message);
      const reply = runCommand(request, session);
      if (request.answerWanted) to.write(formatReply(request, reply));
    }
  });
}
