/** Answers remembered for a while: bounded in number, shared by those who ask at the same time, and a failure is nobody's but theirs who waited for it. */

interface Entry<T> {
  readonly value: Promise<T>;
  /** On `now`'s clock; infinite while it is being asked for. */
  until: number;
}

export interface CacheOptions<T> {
  readonly most: number;
  /** How long an answer holds, milliseconds. */
  readonly holdsMs: (value: T) => number;
  /** Milliseconds, never backwards. */
  readonly now: () => number;
}

/** `load` belongs to nobody in particular: it goes on when the one who asked first leaves. */
export function createSharedCache<T>({ most, holdsMs, now }: CacheOptions<T>) {
  const entries = new Map<string, Entry<T>>();

  function start(key: string, load: () => Promise<T>): Entry<T> {
    const entry: Entry<T> = { value: load(), until: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    entry.value.then(
      (value) => {
        entry.until = now() + holdsMs(value);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    const oldest = entries.size > most ? entries.keys().next() : undefined;
    if (oldest?.value !== undefined) entries.delete(oldest.value);
    return entry;
  }

  return {
    /** Rejects with the signal's reason when the signal aborts first. */
    async get(key: string, load: () => Promise<T>, signal: AbortSignal): Promise<T> {
      const known = entries.get(key);
      const entry = known !== undefined && known.until > now() ? known : start(key, load);
      return await unlessAborted(entry.value, signal);
    },
  };
}

async function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let giveUp = () => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
