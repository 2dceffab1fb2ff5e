/** What can happen to the counters of Cilium's agents in ten minutes. `to`: where the ten minutes end. */
import { every, generator, packets } from "./samples.ts";
import { dropCounter, forwardCounter, type Scene } from "./scene.ts";

const minute = 60_000;
const [first, second, third] = ["10.0.0.1:9962", "10.0.0.2:9962", "10.0.0.3:9962"];

/** Three agents with noise all the time and policy drops; nothing is known behind the end, the newest scrape is as old as it gets. */
export function steady(interval: number, to: number): Scene {
  const random = generator(interval);
  const from = to - 15 * minute;
  const counters = [first, second, third].flatMap((instance, at) => {
    const scrapes = every(interval, from + (at * interval * 1000) / 3, to - 1);
    const made = (perSecond: number) => ({ packets: packets(random, from - minute, to, perSecond), scrapes });
    return [
      dropCounter(instance, "Unsupported L3 protocol", made(1.5)),
      dropCounter(instance, "Policy denied", made(0.5)),
      forwardCounter(instance, made(30)),
    ];
  });
  return { to, counters };
}

/** Seven packets on a quiet agent, four of them before the first scrape that sees the counter. */
export function born(to: number): Scene {
  const scrapes = every(15, to - 14 * minute, to + 2 * minute);
  const times = [1, 2, 3, 4, 20, 35, 50].map((seconds) => to - 5 * minute + seconds * 1000);
  return {
    to,
    counters: [
      dropCounter(first, "Policy denied", { packets: times, scrapes }),
      forwardCounter(first, { packets: every(1, to - 16 * minute, to), scrapes }),
    ],
  };
}

/** The pod changes in the middle; the counter lives on in the node's BPF map. Both targets are scraped for a moment. */
export function replaced(to: number): Scene {
  const all = packets(generator(4), to - 20 * minute, to, 2);
  const half = to - 5 * minute;
  const [old, young] = [every(15, to - 14 * minute, half + 40_000), every(15, half + 7_000, to + 2 * minute)];
  return {
    to,
    counters: [
      dropCounter(first, "Policy denied", { packets: all, scrapes: old }),
      dropCounter(first, "Policy denied", { packets: all, scrapes: young }, { pod: "cilium-new" }),
    ],
  };
}

/** One agent, two scrape jobs. */
export function twice(to: number): Scene {
  const all = packets(generator(5), to - 20 * minute, to + 2 * minute, 2);
  const [start, end] = [to - 14 * minute, to + 2 * minute];
  return {
    to,
    counters: [
      dropCounter(first, "Policy denied", { packets: all, scrapes: every(15, start, end) }),
      dropCounter(first, "Policy denied", { packets: all, scrapes: every(15, start + 4_000, end) }, { job: "other" }),
    ],
  };
}

/** One agent leaves, another comes. */
export function changing(to: number): Scene {
  const all = packets(generator(6), to - 20 * minute, to, 1);
  return {
    to,
    counters: [
      dropCounter(first, "Policy denied", { packets: all, scrapes: every(15, to - 14 * minute, to - 4 * minute) }),
      dropCounter(second, "Policy denied", { packets: all, scrapes: every(15, to - 6 * minute, to + minute) }),
    ],
  };
}
