/** Wordings of what was counted in flows: its unit, how exact it is, what came back. */
import { counted, numberText } from "../../analysis/counted.ts";
import type { Kind } from "./args.ts";
import type { FlowGroup, FlowRow } from "./ranked.ts";
import { shareText } from "./words.ts";

/** What a count is of: one, many, and as the title of a column. */
export const units: Readonly<Record<Kind, readonly [one: string, many: string, title: string]>> = {
  maps: ["operation", "operations", "Operations"],
  drops: ["packet", "packets", "Packets"],
  talkers: ["flow", "flows", "Flows"],
  ports: ["flow", "flows", "Flows"],
  dns: ["query", "queries", "Queries"],
  http: ["request", "requests", "Requests"],
};

export function amount(count: number, of: Kind): string {
  const [one, many] = units[of];
  return counted(count, one, many);
}

/** What was counted, and how exact that is. */
export function exactText(of: Kind, { bound, capacity, rows }: FlowGroup): string {
  if (bound === 0) return `Counted: ${what[of]}. The counts are exact.`;
  const error = Math.max(0, ...rows.map((row) => row.error));
  const counts = error === 0 ? "the counts listed are exact" : `counts are at most ${numberText(error)} too high`;
  return `Counted: ${what[of]}. So that memory stays fixed, ${numberText(capacity)} ${things[of]} are counted apart, and there are more: ${counts}, and nothing is missing that has more than ${numberText(bound)}.`;
}

const what: Readonly<Record<Kind, string>> = {
  maps: "operations",
  drops: "dropped packets",
  talkers: "flow records from who opens connections to who answers, several for each connection",
  ports: "flow records to a port, several for each connection; answers are left out",
  dns: "queries that a DNS proxy saw",
  http: "requests that an HTTP proxy saw, each once",
};

const things: Readonly<Record<Kind, string>> = {
  ...{ maps: "maps", drops: "pairs", talkers: "pairs" },
  ...{ ports: "ports", dns: "names", http: "kinds of request" },
};

/** Columns behind the count, where there are answers to tell of. */
export function answerColumns(of: Kind): readonly string[] {
  if (of === "dns") return ["NXDOMAIN"];
  return of === "http" ? ["4xx", "5xx"] : [];
}

/** Shares of what came back; a dash where nothing did. */
export function answerCells(of: Kind, { answers }: FlowRow): string[] {
  if (of !== "dns" && of !== "http") return [];
  const { all = 0, missing = 0, refused = 0, failed = 0 } = answers ?? {};
  const shares = of === "dns" ? [missing] : [refused, failed];
  return shares.map((count) => shareText(count, all));
}

/** `12% NXDOMAIN`, `5% 5xx`; "" where all is well. */
export function badText(of: Kind, { answers }: FlowRow): string {
  if (answers === null || answers.all === 0) return "";
  const { all, missing, refused, failed } = answers;
  const parts = of === "dns" ? [["NXDOMAIN", missing] as const] : [["4xx", refused] as const, ["5xx", failed] as const];
  return parts.flatMap(([name, count]) => (count > 0 ? [`${shareText(count, all)} ${name}`] : [])).join(", ");
}
