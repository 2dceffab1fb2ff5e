/** Pseudo-random numbers that depend on nothing but the keys they were made from, so that any part of the world can be built at any time, in any order. */
export interface Random {
  /** 0 ≤ x < 1. */
  readonly next: () => number;
  /** Whole number, both ends included. */
  readonly int: (low: number, high: number) => number;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
  readonly chance: (probability: number) => boolean;
}

export function createRandom(key: number): Random {
  let state = key;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return scramble(state) / 4294967296;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    chance: (probability) => next() < probability,
  };
}

/** A key out of a text: FNV-1a. */
export function keyOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}

/** A key out of two; neighbouring numbers give keys that have nothing in common. */
export function mix(key: number, other: number): number {
  const value = Math.imul(key ^ Math.imul(other | 0, 0x9e3779b1) ^ Math.floor(other / 4294967296), 0x85ebca6b);
  return scramble(value) | 0;
}

/** A version 4 UUID of its own for each two numbers. Keys alone will not do: of 100,000 some are the same. */
export function uuidOf(key: number, other: number): string {
  const a = word(mix(key, 1));
  const b = word(mix(key, 2));
  const c = word(mix(3, other));
  const d = word(mix(4, other));
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${"89ab"[mix(key, 5) & 3]}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function word(bits: number): string {
  return `${bytes[bits >>> 24]}${bytes[(bits >>> 16) & 255]}${bytes[(bits >>> 8) & 255]}${bytes[bits & 255]}`;
}

/** mulberry32's output function. */
function scramble(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
