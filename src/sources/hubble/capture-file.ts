/**
 * Lines → one gzipped file in memory, never larger than allowed. Written as gzip members of a quarter of a megabyte each, one behind the other, which every
 * gunzip reads as one file: so what is held is compressed, the size is known at any time, and no step takes longer than a few milliseconds; and what is older can be written while the rest
 * comes in, because its members go in front.
 */
import { gzipSync } from "node:zlib";

export interface CaptureFile {
  /** False when there is no room left for it; then nothing was added. */
  add(line: string, where?: "front" | "back"): boolean;
  /** Gzipped so far; what waits for the next member is not in it. */
  readonly bytes: number;
  finish(): Buffer;
}

const memberBytes = 256 * 1024;
/** What gzip adds to data that cannot be made smaller. */
const overhead = 1_024;

interface Part {
  readonly members: Buffer[];
  waiting: Buffer[];
  waitingBytes: number;
}

export function createCaptureFile(mostBytes: number): CaptureFile {
  const parts = { front: newPart(), back: newPart() };
  const { front, back } = parts;
  let bytes = 0;

  function flush(part: Part): void {
    if (part.waitingBytes === 0) return;
    const member = gzipSync(Buffer.concat(part.waiting, part.waitingBytes));
    part.members.push(member);
    bytes += member.length;
    part.waiting = [];
    part.waitingBytes = 0;
  }

  return {
    add(line, where = "back") {
      const part = parts[where];
      const text = Buffer.from(`${line}\n`, "utf8");
      const fits = () => bytes + front.waitingBytes + back.waitingBytes + text.length + overhead <= mostBytes;
      if (part.waitingBytes + text.length > memberBytes) flush(part);
      if (!fits()) {
        // Only once it is gzipped is it known how little it takes.
        flush(front);
        flush(back);
        if (!fits()) return false;
      }
      part.waiting.push(text);
      part.waitingBytes += text.length;
      return true;
    },
    get bytes() {
      return bytes;
    },
    finish() {
      flush(front);
      flush(back);
      return Buffer.concat([...front.members, ...back.members], bytes);
    },
  };
}

function newPart(): Part {
  return { members: [], waiting: [], waitingBytes: 0 };
}
