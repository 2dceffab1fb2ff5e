/** IPv4 and IPv6 prefixes. */
export interface Prefix {
  /** As written. */
  readonly text: string;
  readonly family: 4 | 6;
  readonly bits: number;
  /** Address without the host bits. */
  readonly network: bigint;
}

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** `10.0.0.0/8`, host bits allowed; null for anything else, a bare address too. */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf("/");
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(length) || (length.length > 1 && length.startsWith("0"))) return null;
  const address = parseAddress(text.slice(0, slash));
  const bits = Number(length);
  if (address === null || bits > width(address.family)) return null;
  return { text, family: address.family, bits, network: high(address, bits) };
}

/** Zone identifiers and leading zeros are refused. */
export function parseAddress(text: string): Address | null {
  if (text.length > 45) return null;
  const four = parseFour(text);
  if (four !== null) return { family: 4, value: four };
  const six = parseSix(text);
  return six === null ? null : { family: 6, value: six };
}

export function within(prefix: Prefix, address: Address): boolean {
  return prefix.family === address.family && high(address, prefix.bits) === prefix.network;
}

/** Is `inner` part of `outer`? */
export function covers(outer: Prefix, inner: Prefix): boolean {
  return inner.bits >= outer.bits && within(outer, { family: inner.family, value: address(inner) });
}

function address(prefix: Prefix): bigint {
  return prefix.network << BigInt(width(prefix.family) - prefix.bits);
}

function high(from: Address, bits: number): bigint {
  return from.value >> BigInt(width(from.family) - bits);
}

function width(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function parseFour(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseSix(text: string): bigint | null {
  if (!text.includes(":")) return null;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => groups(half));
  if (head === null || head === undefined || tail === null) return null;
  if (tail === undefined) return head.length === 8 ? join(head) : null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : join([...head, ...Array.from({ length: missing }, () => 0), ...tail]);
}

function groups(text: string): number[] | null {
  if (text === "") return [];
  const found: number[] = [];
  for (const [index, part] of text.split(":").entries()) {
    const four = part.includes(".") && index === text.split(":").length - 1 ? parseFour(part) : null;
    if (four !== null) found.push(Number(four >> 16n), Number(four & 0xffffn));
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) found.push(Number.parseInt(part, 16));
    else return null;
  }
  return found;
}

function join(parts: readonly number[]): bigint {
  return parts.reduce((value, part) => (value << 16n) | BigInt(part), 0n);
}
