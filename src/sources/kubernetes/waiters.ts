/** Waiting for something to become true, looked at again whenever `check` is called. */
export interface Waiters {
  /** Ends when `isTrue` holds or the signal comes, whichever is first; never rejects. */
  wait(isTrue: () => boolean, signal: AbortSignal): Promise<void>;
  check(): void;
}

export function createWaiters(): Waiters {
  const waiting = new Set<() => void>();
  return {
    wait(isTrue, signal) {
      if (isTrue() || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const end = () => {
          waiting.delete(look);
          signal.removeEventListener("abort", end);
          resolve();
        };
        const look = () => {
          if (isTrue()) end();
        };
        waiting.add(look);
        signal.addEventListener("abort", end);
      });
    },
    check() {
      for (const look of [...waiting]) look();
    },
  };
}
