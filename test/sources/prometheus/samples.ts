/** Random packets, regular scrapes, and the counter between them. Times in epoch milliseconds. */
export type Random = () => number;

/** Mulberry32, 0 ≤ x < 1. */
export function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** At random times, `perSecond` on average. */
export function packets(random: Random, from: number, to: number, perSecond: number): number[] {
  const times: number[] = [];
  for (let time = from; ; ) {
    time += (-Math.log(1 - random()) / perSecond) * 1000;
    if (time >= to) return times;
    times.push(time);
  }
}

export function every(seconds: number, from: number, to: number): number[] {
  const times: number[] = [];
  for (let time = from; time <= to; time += seconds * 1000) times.push(Math.round(time));
  return times;
}

/** The counter does not exist before its first packet. Both lists ascend. */
export function samplesOf(times: readonly number[], scrapes: readonly number[]) {
  let count = 0;
  return scrapes
    .map((time) => {
      while (count < times.length && (times[count] ?? 0) < time) count += 1;
      return { time, value: count };
    })
    .filter(({ value }) => value > 0);
}
