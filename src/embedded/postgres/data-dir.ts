import { execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.ts';
import type { ServerUser } from './server-user.ts';

const execute = promisify(execFile);

/** How each PostgreSQL program is run: as whom, from where, and with nothing of our PG… variables. */
export function surroundings(user: ServerUser | undefined) {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  return { cwd: '/', env, ...(user && { uid: user.uid, gid: user.gid }) };
}

/**
 * Makes `data` in the folder: an empty database `modelgraph` and its owner, a superuser of the same name.
 * Fails with what initdb said.
 */
export async function createDataDir(
  folder: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  password: string,
): Promise<string> {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await Promise.all([data, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  // A password, for on loopback every user of the machine could come in, and a superuser may run programs as us.
  await run(
    binaries.initdb,
    [
      '-D',
      data,
      '-U',
      'modelgraph',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '--locale=C',
      '-E',
      'UTF8',
      '--no-sync',
    ],
    user,
  );
  await rm(passwordFile);
  // Renaming takes a third of the time of creating one more, and needs no connection.
  await run(
    binaries.postgres,
    ['--single', '-F', '-D', data, 'template1'],
    user,
    'alter database postgres rename to modelgraph\n',
  );
  return data;
}

async function run(
  program: string,
  args: readonly string[],
  user: ServerUser | undefined,
  input = '',
): Promise<void> {
  const running = execute(program, args, surroundings(user));
  running.child.stdin?.on('error', () => {}).end(input);
  await running.catch((error: Error & { stderr?: string }) => {
    const said = (error.stderr ?? '').trim().split('\n').slice(-3).join(' | ');
    throw new Error(`${program} failed: ${said || error.message}`, { cause: error });
  });
}
