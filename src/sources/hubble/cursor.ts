/**
 * Protobuf's wire format, read in place: a position in a message that the functions below move forward. Nothing is copied. Reading behind the end of the
 * bytes gives zeros and a position behind the end, which the caller notices once per message (`ends`), not once per byte.
 */
export interface Cursor {
  bytes: Buffer;
  at: number;
}

export class Malformed extends Error {}

/** Low 32 bits, unsigned: tags, lengths, enums, ports, identities. */
export function uint(cursor: Cursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at++] ?? 0;
  if (byte < 128) return byte;
  let value = byte & 127;
  for (let shift = 7; shift < 70; shift += 7) {
    byte = bytes[cursor.at++] ?? 0;
    if (shift < 32) value |= (byte & 127) << shift;
    if (byte < 128) return value >>> 0;
  }
  throw new Malformed("a number has more than ten bytes");
}

/** 64 bits as a double, exact to 2^53. */
export function big(cursor: Cursor): number {
  const { bytes } = cursor;
  let value = 0;
  let scale = 1;
  for (let count = 0; count < 10; count++) {
    const byte = bytes[cursor.at++] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
  throw new Malformed("a number has more than ten bytes");
}

/** The end of a length-delimited field, which begins at the cursor afterwards. */
export function chunkEnd(cursor: Cursor, end: number): number {
  const length = uint(cursor);
  const to = cursor.at + length;
  if (to > end) throw new Malformed("a field is longer than its message");
  return to;
}

/** Over a field that nobody wants. */
export function skip(cursor: Cursor, tag: number, end: number): void {
  switch (tag & 7) {
    case 0:
      while ((cursor.bytes[cursor.at++] ?? 0) >= 128);
      return;
    case 1:
      cursor.at += 8;
      return;
    case 2:
      cursor.at = chunkEnd(cursor, end);
      return;
    case 5:
      cursor.at += 4;
      return;
    default:
      throw new Malformed("a field has a type that is none");
  }
}

/** Called where a message should be over. */
export function ends(cursor: Cursor, end: number): void {
  if (cursor.at !== end) throw new Malformed("a message ends inside a field");
}
