/** What to look at next, by what is wrong. */
import type { Action } from "../../message/message.ts";
import { quoteWord } from "../words.ts";
import type { StatusArgs } from "./args.ts";
import type { StatusView } from "./gather.ts";
import type { Worry } from "./worries.ts";

/** A row or two on a phone. */
const most = 4;

export function statusActions(args: StatusArgs, views: readonly StatusView[], worries: readonly Worry[]): Action[] {
  const has = (...kinds: readonly Worry["kind"][]) => worries.some(({ kind }) => kinds.includes(kind));
  // Metrics are of the whole cluster, and so not told where only a part of it may be seen.
  const isWhole = views.every(({ visible }) => visible === undefined);
  const hasMetrics = isWhole && views.some(({ sources }) => sources.prometheus === "ok");
  const lines: readonly (readonly [line: string, isWanted: boolean])[] = [
    ["policies", has("policies")],
    ["changes --kind node", has("nodes", "agents", "unreachable")],
    ["metrics map-pressure", hasMetrics && has("map")],
    ["metrics lost-events", hasMetrics && has("lost")],
    ["drops", true],
    ["digest now", true],
    ["policies", true],
  ];
  const wanted = [...new Set(lines.filter(([, isWanted]) => isWanted).map(([line]) => line))];
  const where = args.clusters === undefined ? "" : ` --cluster ${quoteWord(args.clusters.join(","))}`;
  return wanted.slice(0, most).map((line) => ({ label: line, command: `${line}${where}` }));
}
