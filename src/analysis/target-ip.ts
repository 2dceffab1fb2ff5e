/** IP addresses and CIDRs as people type them, in canonical form (RFC 5952 for IPv6), without the help of a platform. */

/** Canonical text; null when it is no address. IPv4 inside IPv6 (`::ffff:10.0.0.1`) becomes IPv4, as flows show it. */
export function readIp(text: string): string | null {
  const bits = readBits(text);
  return bits === null ? null : show(bits);
}

/** Canonical text with the host part cleared (`10.1.2.3/8` → `10.0.0.0/8`); null when it is no CIDR. */
export function readCidr(text: string): string | null {
  const slash = text.indexOf("/");
  const bits = slash < 0 ? null : readBits(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (bits === null || !/^\d{1,3}$/.test(length)) return null;
  const width = bits.length * wordWidth(bits);
  return Number(length) > width ? null : `${show(mask(bits, Number(length)))}/${Number(length)}`;
}

/** Four numbers of 8 bits or eight of 16. */
type Bits = readonly number[];

function wordWidth(bits: Bits): number {
  return bits.length === 4 ? 8 : 16;
}

function readBits(text: string): Bits | null {
  if (text.length > 45) return null;
  if (!text.includes(":")) return readIpv4(text);
  const six = readIpv6(text);
  if (six === null || six[5] !== 0xffff || six.slice(0, 5).some((word) => word !== 0)) return six;
  return six.slice(6).flatMap((word) => [word >> 8, word & 255]);
}

function readIpv4(text: string): Bits | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function readIpv6(text: string): Bits | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [left, right] = halves.map((half, at) => readWords(half, at === halves.length - 1));
  if (left === undefined || left === null || right === null) return null;
  if (right === undefined) return left.length === 8 ? left : null;
  const missing = 8 - left.length - right.length;
  return missing < 1 ? null : [...left, ...new Array<number>(missing).fill(0), ...right];
}

/** `a:b:10.0.0.1` → four words; the dotted part may only stand at the very end. */
function readWords(text: string, isLast: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const words: number[] = [];
  for (const [at, part] of parts.entries()) {
    const bytes = isLast && at === parts.length - 1 && part.includes(".") ? readIpv4(part) : null;
    if (bytes !== null) words.push(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0), ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0));
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) words.push(Number.parseInt(part, 16));
    else return null;
  }
  return words;
}

function mask(bits: Bits, length: number): Bits {
  const width = wordWidth(bits);
  return bits.map((word, at) => {
    const kept = Math.min(width, Math.max(0, length - at * width));
    return word & ~(2 ** (width - kept) - 1);
  });
}

function show(bits: Bits): string {
  if (bits.length === 4) return bits.join(".");
  const { start, length } = longestZeros(bits);
  const hex = (words: Bits) => words.map((word) => word.toString(16)).join(":");
  return length < 2 ? hex(bits) : `${hex(bits.slice(0, start))}::${hex(bits.slice(start + length))}`;
}

function longestZeros(bits: Bits): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [at, word] of bits.entries()) {
    if (word !== 0) start = at + 1;
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start };
  }
  return best;
}
