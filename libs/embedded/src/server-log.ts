import { open, rename, stat } from 'node:fs/promises';

const ROTATE_BYTES = 16 * 1024 * 1024;

/** The server's standard error, kept in a file: a pipe to us would break with us, and stop the server while we are busy. */
export interface ServerLog {
  readonly fd: number;
  /** What was written since it was opened. */
  written(): Promise<string>;
  /** Closes our end; the server keeps its own. */
  close(): Promise<void>;
}

/** Opens the log to append to it. One that has grown large is put aside first. */
export async function openServerLog(path: string): Promise<ServerLog> {
  const old = await stat(path).catch(() => null);
  if (old && old.size > ROTATE_BYTES) {
    await rename(path, `${path}.1`);
  }
  const handle = await open(path, 'a+', 0o600);
  const { size: begin } = await handle.stat();
  return {
    fd: handle.fd,
    written: async () => {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - begin), 0, size - begin, begin);
      return buffer.toString('utf8', 0, bytesRead);
    },
    close: () => handle.close(),
  };
}
