/**
 * Which keys came before, roughly, in one megabyte: counters by hash, halved now and then so that they forget. A full table asks it before it makes room:
 * what was seen once (each packet of a scan) is not worth a row, what keeps coming is.
 */
export interface Doorkeeper {
  /** How often this key was seen before, 0 to 255; keys that share a counter are taken for each other. */
  seen(source: string, destination: string, third: string | number): number;
}

const places = 1 << 20;

export function createDoorkeeper(): Doorkeeper {
  const counters = new Uint8Array(places);
  let asked = 0;
  return {
    seen(source, destination, third) {
      if (++asked % places === 0) for (let at = 0; at < places; at++) counters[at] = (counters[at] ?? 0) >> 1;
      const place = mix(mix(mix(0, source), destination), String(third)) >>> 12;
      const before = counters[place] ?? 0;
      if (before < 255) counters[place] = before + 1;
      return before;
    },
  };
}

/** FNV-1a over what came before and this text; the upper bits are the good ones. */
function mix(seed: number, text: string): number {
  let value = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
}
