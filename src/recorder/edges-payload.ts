/** Sketches as bytes, and back; what cannot be read is undefined. */
import { setImmediate as breathe } from "node:timers/promises";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { type DaySketch, readDay, writeDay } from "../analysis/sketch/day.ts";
import { readHour, shrinkHour, writeHour } from "../analysis/sketch/encode.ts";
import type { HourSketch } from "../analysis/sketch/hour.ts";

const deflate = promisify<Buffer, Buffer>(deflateRaw);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);
/** Text of a sketch that nobody could have written: one is a megabyte at most. */
const longest = 16 * 1024 * 1024;

/** Within `mostBytes`: the largest edges of a sketch that takes more, the others folded. */
export async function packHour(sketch: HourSketch, mostBytes: number): Promise<Buffer> {
  let share = 1;
  for (;;) {
    const payload = await deflate(Buffer.from(await textInParts(share === 1 ? sketch : shrinkHour(sketch, share))));
    if (payload.length <= mostBytes || share < 0.001) return payload;
    share *= Math.min(0.9, (mostBytes / payload.length) * 0.95);
  }
}

async function textInParts(sketch: HourSketch): Promise<string> {
  const writing = writeHour(sketch);
  for (;;) {
    await breathe();
    const { done, value } = writing.next();
    if (done) return value;
  }
}

export async function packDay(day: DaySketch): Promise<Buffer> {
  return await deflate(Buffer.from(writeDay(day)));
}

/** Without `keys` to be looked at, with them to be merged. */
export async function unpackHour(
  payload: Buffer,
  options: { readonly keys: boolean },
): Promise<HourSketch | undefined> {
  const text = await textOf(payload);
  return text === undefined ? undefined : readHour(text, options);
}

export async function unpackDay(payload: Buffer): Promise<DaySketch | undefined> {
  const text = await textOf(payload);
  return text === undefined ? undefined : readDay(text);
}

async function textOf(payload: Buffer): Promise<string | undefined> {
  const bytes = await inflate(payload, { maxOutputLength: longest }).catch(() => undefined);
  return bytes?.toString("utf8");
}
