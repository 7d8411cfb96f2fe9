import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { upstreamFailed } from '../problems.ts';

/** A file that is there and may be read. */
export interface OnnxFile {
  /** As the endpoint names it: for messages. */
  readonly name: string;
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Another one when the file is another. */
  readonly stamp: string;
}

export const onnxScheme = 'onnx:';

const mostBytes = 2 ** 30;
// No hidden files, no "..", nothing encoded, no other separators: what is not plain is refused, not interpreted.
const plainPath = /^[\p{L}\p{N}_][\p{L}\p{N}_.+=@, -]*(\/[\p{L}\p{N}_][\p{L}\p{N}_.+=@, -]*)*$/u;

/** The file of an endpoint `onnx:<path below the directory>`. Rejects with an UpstreamError when there is none to use. */
export async function findOnnxFile(directory: string | undefined, endpoint: string): Promise<OnnxFile> {
  if (!endpoint.startsWith(onnxScheme))
    throw refusal(`${JSON.stringify(endpoint)} is no endpoint of an ONNX file.`);
  const name = endpoint.slice(onnxScheme.length);
  if (!plainPath.test(name))
    throw refusal(
      `${JSON.stringify(endpoint)} names no file below INFERENCE_ONNX_DIR; give plain names separated by single slashes, such as onnx:fraud/1/model.onnx.`,
    );
  if (directory === undefined)
    throw refusal(
      `${JSON.stringify(name)} cannot be computed: this gateway has no folder of ONNX files. Set INFERENCE_ONNX_DIR to it.`,
    );
  try {
    const [root, path] = await Promise.all([realpath(directory), realpath(join(directory, name))]);
    const below = relative(root, path);
    if (below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below))
      throw refusal(`${JSON.stringify(name)} leads out of INFERENCE_ONNX_DIR; put the file itself there.`);
    const { size, mtimeMs, ino } = await stat(path);
    if (size > mostBytes)
      throw refusal(
        `${JSON.stringify(name)} has ${size} bytes, of which a gateway loads at most ${mostBytes}; leave it to an inference server.`,
      );
    return { name, path, sizeBytes: size, stamp: `${path}\0${ino}\0${mtimeMs}\0${size}` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw refusal(`There is no ONNX file ${JSON.stringify(name)} below INFERENCE_ONNX_DIR; put it there.`);
    throw refusal(`The ONNX file ${JSON.stringify(name)} cannot be read (${code}).`);
  }
}

const refusal = (message: string) => upstreamFailed(message, false);
