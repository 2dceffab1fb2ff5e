/** The lines of a text file, gunzipped when its first bytes say so, in batches as they are read. Nothing but the current line is held. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** A flow with all its labels has a few kilobytes. */
const longest = 1024 * 1024;
const newline = 10;

/** Null stands for a line that was longer than a megabyte. The last line needs no newline. */
export async function* readLines(file: string): AsyncGenerator<readonly (string | null)[]> {
  const gzipped = await isGzip(file);
  const source = createReadStream(file);
  const input: Readable = gzipped ? createGunzip() : source;
  // Errors of the file surface while the gunzipped stream is read; without this they would be nobody's.
  const piping = gzipped ? pipeline(source, input as ReturnType<typeof createGunzip>) : Promise.resolve();
  piping.catch(() => undefined);
  const parts: Buffer[] = [];
  let held = 0;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      const lines: (string | null)[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        hold(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      hold(chunk.subarray(start));
      yield lines;
    }
    await piping;
    if (held > 0) yield [take()];
  } finally {
    source.destroy();
    input.destroy();
  }

  function hold(part: Buffer): void {
    held += part.length;
    if (held <= longest) parts.push(part);
  }

  function take(): string | null {
    const line = held <= longest ? Buffer.concat(parts).toString("utf8") : null;
    parts.length = 0;
    held = 0;
    return line;
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
