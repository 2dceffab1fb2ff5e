/**
 * The same bytes, the same object: flows repeat a few hundred endpoints, addresses and names millions of times, and comparing bytes is cheaper than decoding
 * them and easier on the garbage collector. Bounded tables that allocate nothing of their own, and with hostile input are merely as slow as no table.
 */

/** The value of the bytes [start, end). */
export type Interned<Value> = (bytes: Buffer, start: number, end: number) => Value;

/**
 * Texts of up to 64 bytes; the text itself is what new bytes are compared with. Two places per hash, the second for what was there before. A text gets its
 * place when it comes the second time: the thousands of addresses of a scan would only grow old in the table.
 */
export function createTexts(): Interned<string> {
  const known = new Array<string>(textPlaces).fill("");
  const candidates = new Int32Array(textPlaces / 2);
  return (bytes, start, end) => {
    if (end - start > longestText) return bytes.toString("utf8", start, end);
    const key = hash(bytes, start, end);
    const place = key & (textPlaces - 2);
    const first = known[place] ?? "";
    if (isText(first, bytes, start, end)) return first;
    const second = known[place + 1] ?? "";
    const text = isText(second, bytes, start, end) ? second : bytes.toString("utf8", start, end);
    if (text === second || candidates[place >> 1] === key) {
      known[place] = text;
      known[place + 1] = first;
    } else candidates[place >> 1] = key;
    return text;
  };
}

/** Values that `make` decodes from up to a kilobyte. The bytes they came from are kept side by side in one piece of memory; the oldest make room. */
export function createInterned<Value>(make: Interned<Value>): Interned<Value> {
  const kept = Buffer.alloc(valuePlaces * longestValue);
  const lengths = new Uint16Array(valuePlaces);
  const hashes = new Int32Array(valuePlaces);
  const values = new Array<Value | undefined>(valuePlaces).fill(undefined);
  const places = new Map<number, number>();
  let next = 0;
  return (bytes, start, end) => {
    const length = end - start;
    if (length > longestValue) return make(bytes, start, end);
    const key = hash(bytes, start, end);
    const place = places.get(key);
    if (place !== undefined && lengths[place] === length) {
      const at = place * longestValue;
      const known = values[place];
      if (known !== undefined && bytes.compare(kept, at, at + length, start, end) === 0) return known;
    }
    const value = make(bytes, start, end);
    const free = place ?? next;
    if (place === undefined) {
      next = (next + 1) % valuePlaces;
      if (values[free] !== undefined) places.delete(hashes[free] ?? 0);
      places.set(key, free);
    }
    bytes.copy(kept, free * longestValue, start, end);
    lengths[free] = length;
    hashes[free] = key;
    values[free] = value;
    return value;
  };
}

const textPlaces = 8_192;
const longestText = 64;
const valuePlaces = 4_096;
const longestValue = 1_024;

/**
 * Short byte strings whole. Of long ones the beginning (an endpoint's ids) and the end (a pod's name), where endpoints with the same labels differ: what
 * collides all the same takes turns in its place.
 */
function hash(bytes: Buffer, start: number, end: number): number {
  let value = end - start;
  const head = Math.min(end, start + 12);
  for (let at = start; at < head; at++) value = Math.imul(value, 31) + (bytes[at] ?? 0);
  for (let at = Math.max(head, end - 32); at < end; at++) value = Math.imul(value, 31) + (bytes[at] ?? 0);
  return value ^ (value >>> 15);
}

/** Only ASCII is recognised; other texts are decoded each time. */
function isText(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) {
    const byte = bytes[start + at] ?? 0;
    if (byte > 127 || byte !== text.charCodeAt(at)) return false;
  }
  return true;
}
