import { type Document, Int32 } from 'bson';
import { adminCommands } from './commands/admin.ts';
import { type Command, checkFields, type Session } from './commands/command.ts';
import { handshakeCommands } from './commands/handshake.ts';
import { indexCommands } from './commands/indexes.ts';
import { readCommands } from './commands/read.ts';
import { writeCommands } from './commands/write.ts';
import { codes, MongoError } from './errors.ts';
import type { WireRequest } from './wire.ts';

const commands: Readonly<Record<string, Command>> = {
  ...handshakeCommands,
  ...readCommands,
  ...writeCommands,
  ...adminCommands,
  ...indexCommands,
};

// https://www.mongodb.com/docs/manual/legacy-opcodes/
const greetings = new Set(['hello', 'isMaster', 'ismaster']);

/** Command → answer, with `ok` and, when it failed, MongoDB's code. Never throws. */
export function runCommand({ command: body, form }: WireRequest, session: Session): Document {
  const name = Object.keys(body)[0] ?? '';
  try {
    if (form === 'query' && !greetings.has(name))
      throw new MongoError(
        'UnsupportedOpQueryCommand',
        `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`,
      );
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new MongoError('CommandNotFound', `no such command: '${name}'`);
    if ('autocommit' in body || 'startTransaction' in body || 'txnNumber' in body) {
      throw new MongoError(
        'IllegalOperation',
        'Transaction numbers are only allowed on a replica set member or mongos',
      );
    }
    checkFields(name, body, command.fields);
    return { ...command.run(body, session, String(body.$db ?? 'admin')), ok: 1 };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Document {
  if (error instanceof MongoError) {
    const { message, code, codeName, details } = error;
    return { ok: 0, errmsg: message, code: new Int32(code), codeName, ...details };
  }
  // A fault of ours, or of what mingo makes of something we let through: the client must see that it failed.
  const errmsg = `the embedded MongoDB failed: ${error instanceof Error ? error.message : String(error)}`;
  return { ok: 0, errmsg, code: new Int32(codes.InternalError), codeName: 'InternalError' };
}
