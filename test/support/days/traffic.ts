/** Who talks to whom in each hour of a scripted day, and what is refused: usually, and on the last day. */
import type { Flow } from "../../../src/analysis/flow.ts";
import type { HourObserved } from "../../../src/analysis/sketch/hour.ts";
import { allowed, drop, opening, wholeHour } from "../../analysis/sketch/hours.ts";
import { http } from "../../fixtures/flows/make.ts";
import { day, type Hour } from "../../sources/edges/days.ts";

const times = (count: number, flow: Flow) => Array.from({ length: count }, () => flow);
const denied = (count: number) => times(count, drop("billing/jobs", "billing/api", 8443, { dropReason: 181 }));
const refused = (count: number) =>
  times(
    count,
    drop("crm/ui", "crm/api", 8080, { dropReason: 0, eventType: 129, eventSubType: 0, type: 2, l7: http() }),
  );

const matching = ["web", "ledger", "retired"] as const;
/** Matches nothing from the day on that is two weeks old when the last day ends. */
const forgotten = "forgotten";

/** Every hour of every day. */
const always: readonly Flow[] = [
  ...times(5, opening("shop/web", "shop/cart", 80)),
  opening("shop/cart", "bank/ledger", 5432),
  drop("shop/batch", "bank/ledger", 5432),
  ...matching.map((name) => allowed(name)),
];
const usual: readonly Flow[] = [...always, opening("shop/web", "shop/legacy", 8080), ...denied(2), ...refused(2)];

function planted(at: number): readonly Flow[] {
  return [
    ...always,
    ...denied(10),
    ...refused(10),
    ...(at === 7 ? times(4, opening("shop/web", "shop/search", 9200)) : []),
    ...(at >= 22 ? times(6, drop("shop/web", "bank/vault", 8443)) : []),
  ];
}

/** Of each hour: all nodes followed, a thousand openings taken, one event lost. */
const observed: Partial<HourObserved> = { ...wholeHour, openings: 1_000, lost: 1, connected: 10, total: 10 };

/** In its fourth hour one node is not followed, and four hundred events more are lost. */
function plantedDay(): Hour[] {
  const leaky = { ...observed, connected: 9, lost: 401 };
  return day(0, planted, observed).map((one, at) => (at === 3 ? { ...one, observed: leaky } : one));
}

/** The days from the oldest on, seventeen with the last. Of the older a little more than half of each, so that they were watched. */
export function scriptedHours(last: "none" | "planted"): Hour[] {
  const older = [16, 15, 14, 13, 12, 11, 10, 9].flatMap((back) =>
    day(back, (at) => [...usual, ...(back >= 14 && at === 3 ? [allowed(forgotten)] : [])], observed).slice(0, 13),
  );
  const recent = [8, 7, 6, 5, 4, 3, 2, 1].flatMap((back) => day(back, () => usual, observed));
  return [...older, ...recent, ...(last === "planted" ? plantedDay() : [])];
}
