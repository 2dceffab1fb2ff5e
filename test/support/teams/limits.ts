/** How often one thread may be written to (page "Optimize your bot with rate limiting"), counted as Teams counts: edits too. */
const windows = [
  { ms: 1_000, most: 7 },
  { ms: 2_000, most: 8 },
  { ms: 30_000, most: 60 },
] as const;

export interface Limits {
  /** False where this one is too many. */
  allow(thread: string): boolean;
}

export function createLimits(): Limits {
  const taken = new Map<string, number[]>();
  return {
    allow(thread) {
      const now = Date.now();
      const times = (taken.get(thread) ?? []).filter((at) => now - at < 30_000);
      taken.set(thread, times);
      if (windows.some(({ ms, most }) => times.filter((at) => now - at < ms).length >= most)) return false;
      times.push(now);
      return true;
    },
  };
}
