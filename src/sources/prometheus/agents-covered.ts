/** How much of a window agents' samples tell of. */
import type { Window } from "../../analysis/select.ts";
import type { AgentCounters } from "./agents.ts";

/** Newest and oldest sample may each be so many scrapes away from the window's edges. */
const patience = 2.1;

/** From when to when: the window itself for an agent that was there all the time. */
export function coveredBy({ scrapes, interval }: Pick<AgentCounters, "scrapes" | "interval">, window: Window): Window {
  const [first, last] = [scrapes[0] ?? 0, scrapes.at(-1) ?? 0];
  return {
    from: first > window.from + patience * interval ? first : window.from,
    to: last < window.to - patience * interval ? last : window.to,
  };
}

/** Share of all these agents' time, 0 to 1, and how many of them were still there at its end. */
export function coverageOf(agents: readonly AgentCounters[], window: Window) {
  const parts = agents.map((agent) => coveredBy(agent, window));
  const time = parts.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  return {
    covered: time / Math.max(1, agents.length * (window.to - window.from)),
    ending: parts.filter(({ to }) => to === window.to).length,
  };
}
