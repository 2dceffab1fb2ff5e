/** Which flows were recorded already, as far as memory allows: a stream that is opened again repeats some of what came before. */
import type { Flow } from "../analysis/flow.ts";

export interface Seen {
  /** False when it was added before. */
  add(flow: Flow): boolean;
}

/** Remembers at least the last `least` flows and at most twice as many. */
export function createSeen(least: number): Seen {
  let young = createGeneration(least);
  let old = createGeneration(least);
  return {
    add(flow) {
      const key = readUuid(flow.uuid) ? words : keyOf(flow);
      if (old.has(key) || !young.add(key)) return false;
      if (young.size >= least) {
        [old, young] = [young, old];
        young.clear();
      }
      return true;
    },
  };
}

/** Hubble gives every flow an id; what comes without one is known by what it says. */
function keyOf({ uuid, time, node, eventType, sourceIp, destinationIp, sourcePort, destinationPort }: Flow): string {
  if (uuid !== "") return uuid;
  return `${time} ${node} ${eventType} ${sourceIp} ${sourcePort} ${destinationIp} ${destinationPort}`;
}

interface Generation {
  readonly size: number;
  has(key: string | Words): boolean;
  /** False when it is there. */
  add(key: string | Words): boolean;
  clear(): void;
}

/** An id is 128 bits: as numbers in one piece of memory, because tens of thousands of texts a second that live for a few seconds are what garbage collectors are worst at. */
type Words = Int32Array;

const words: Words = new Int32Array(4);

function createGeneration(most: number): Generation {
  const slots = 2 ** Math.ceil(Math.log2(most * 2));
  const table = new Int32Array(slots * 4);
  const texts = new Set<string>();
  let size = 0;

  /** Where it is, or the free place where it belongs. */
  function placeOf(key: Words): number {
    const a = key[0] ?? 0;
    const b = key[1] ?? 0;
    const c = key[2] ?? 0;
    const d = key[3] ?? 0;
    let slot = (Math.imul(a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ d, 0x9e3779b1) >>> 0) & (slots - 1);
    for (;;) {
      const at = slot * 4;
      const isFree = table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;
      if (isFree || (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d)) return at;
      slot = (slot + 1) & (slots - 1);
    }
  }

  function holds(at: number): boolean {
    return (table[at] ?? 0) !== 0 || table[at + 1] !== 0 || table[at + 2] !== 0 || table[at + 3] !== 0;
  }

  return {
    get size() {
      return size;
    },
    has: (key) => (typeof key === "string" ? texts.has(key) : holds(placeOf(key))),
    add(key) {
      if (typeof key === "string") {
        if (texts.has(key)) return false;
        texts.add(key);
      } else {
        const at = placeOf(key);
        if (holds(at)) return false;
        table.set(key, at);
      }
      size += 1;
      return true;
    },
    clear() {
      table.fill(0);
      texts.clear();
      size = 0;
    },
  };
}

/** Into `words`; false when it is no id of the usual form, or the one that is all zeros. */
function readUuid(text: string): boolean {
  if (text.length !== 36) return false;
  words.fill(0);
  let digits = 0;
  for (let at = 0; at < 36; at++) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== 45) return false;
      continue;
    }
    // 0-9 and a-f; capitals are another text.
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
    if (digit < 0) return false;
    const word = digits >> 3;
    words[word] = ((words[word] ?? 0) << 4) | digit;
    digits += 1;
  }
  return words[0] !== 0 || words[1] !== 0 || words[2] !== 0 || words[3] !== 0;
}
