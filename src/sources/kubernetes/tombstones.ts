/** What was deleted lately: flows of the last hour name pods that are gone. Bounded by number and by age. */
export interface Tombstones<T> {
  add(key: string, value: T): void;
  get(key: string): T | undefined;
  /** Oldest first. */
  values(): readonly T[];
}

export function createTombstones<T>(options: {
  readonly max: number;
  readonly forMs: number;
  readonly now: () => number;
}): Tombstones<T> {
  const graves = new Map<string, { readonly value: T; readonly at: number }>();

  function sweep(): void {
    const oldest = options.now() - options.forMs;
    for (const [key, grave] of graves) {
      if (grave.at >= oldest && graves.size <= options.max) return;
      graves.delete(key);
    }
  }

  return {
    add(key, value) {
      graves.delete(key);
      graves.set(key, { value, at: options.now() });
      sweep();
    },
    get(key) {
      const grave = graves.get(key);
      return grave !== undefined && grave.at >= options.now() - options.forMs ? grave.value : undefined;
    },
    values() {
      sweep();
      return [...graves.values()].map((grave) => grave.value);
    },
  };
}
