/** How far a stream that follows is behind: its flows come a second or two after their time, and later and later where more come than are read. */
export interface Lag {
  /** One has come. */
  flow(time: number): void;
  /** The last one came not longer ago than `withinMs`, and none has come yet of the time when it is over. */
  isUnderway(withinMs: number): boolean;
  /** The last one came late too. */
  isBehind(withinMs: number): boolean;
}

/** Relay holds flows back for a second; what is beyond that and the network is ours, or theirs. */
const lateMs = 2_500;

/** `until` and `clock` in epoch milliseconds. */
export function createLag(until: number, clock: () => number): Lag {
  let newest = 0;
  let [time, cameAt] = [0, 0];
  const isUnderway = (withinMs: number) => clock() - cameAt <= withinMs && newest < until;
  return {
    isUnderway,
    flow(of) {
      if (of > newest) newest = of;
      time = of;
      cameAt = clock();
    },
    isBehind: (withinMs) => cameAt - time > lateMs && isUnderway(withinMs),
  };
}
