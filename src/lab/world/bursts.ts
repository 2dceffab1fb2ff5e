/** Bursts that were added: at most one at a time, in the order of time, each bounded. */
import type { Burst } from "./world.ts";

/** Milliseconds: a burst begins and ends at a multiple of it. */
export const burstTick = 100;
/** `total` is what one answer of the control endpoint can list of the ledger. */
const limits = { perSecond: 3000, seconds: 120, sources: 2000, total: 100_000, bursts: 200 } as const;

export interface Bursts {
  readonly all: () => readonly Burst[];
  readonly add: (burst: Burst) => Burst;
}

export function createBursts(bornAt: number): Bursts {
  const added: Burst[] = [];
  return {
    all: () => added,
    add(wanted) {
      for (const name of ["perSecond", "seconds", "sources"] as const) {
        const value = wanted[name];
        if (!Number.isSafeInteger(value) || value < 1 || value > limits[name]) {
          throw new RangeError(`${name} is a whole number from 1 to ${limits[name]}, not ${value}`);
        }
      }
      if (wanted.perSecond * wanted.seconds > limits.total) {
        throw new RangeError(`a burst has at most ${limits.total} packets: fewer a second, or fewer seconds`);
      }
      if (!Number.isFinite(wanted.at) || wanted.at < bornAt) {
        throw new RangeError(`a burst at ${wanted.at} lies before the world's begin at ${bornAt}`);
      }
      const newest = added.at(-1);
      const over = newest === undefined ? bornAt : burstEnd(newest);
      if (wanted.at < over) {
        throw new RangeError(`a burst is going on until ${new Date(over).toISOString()}; ask again then`);
      }
      if (added.length >= limits.bursts) {
        throw new RangeError(`a lab has at most ${limits.bursts} bursts; start another lab`);
      }
      const { perSecond, seconds, sources } = wanted;
      const burst = { at: Math.ceil(wanted.at / burstTick) * burstTick, seconds, perSecond, sources };
      added.push(burst);
      return burst;
    },
  };
}

/** Nothing of the burst is sent from then on. */
export function burstEnd({ at, seconds }: Burst): number {
  return at + seconds * 1000;
}
