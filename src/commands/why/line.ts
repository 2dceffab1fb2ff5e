/** The command that asks again, for buttons. */
import type { Target } from "../../analysis/target.ts";
import { parseTarget, targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import type { WhyArgs } from "./args.ts";

export function whyLine(args: WhyArgs): string {
  const { from, to, port, protocol, http, since, until, clusters } = args;
  const receiver = endWord(to);
  const host = receiver.includes(":") && to.kind === "ip" ? `[${receiver}]` : receiver;
  const words = [
    "why",
    endWord(from),
    port === null ? receiver : `${host}:${port}${protocol === "TCP" ? "" : `/${protocol}`}`,
    ...(http === null
      ? []
      : ["--http", `${http.method} ${http.host === undefined ? "" : `http://${http.host}`}${http.path}`]),
    ...(since.kind === "ago" && since.ms === 15 * 60_000 ? [] : ["--since", timeSpecText(since)]),
    ...(until.kind === "ago" && until.ms === 0 ? [] : ["--until", timeSpecText(until)]),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}

/** One word that is no flag: a selector stands for itself. */
export function endWord(target: Target): string {
  if (target.kind !== "labels") return targetText(target);
  const parsed = parseTarget(target.selector);
  return parsed.ok && parsed.target.kind === "labels" ? target.selector : `any:${target.selector}`;
}

/** For a refused HTTP request; what stood in its query is not known. */
export function whyRequestLine(
  denial: {
    readonly source: string;
    readonly destination: string;
    readonly protocol: string;
    readonly method: string;
    readonly path: string;
  },
  rest: Pick<WhyArgs, "since" | "until" | "clusters">,
): string | undefined {
  const from = endTarget(denial.source);
  const to = endTarget(denial.destination);
  const path = denial.path.split("?")[0] ?? "";
  if (from === undefined || to === undefined || denial.protocol !== "http") return undefined;
  if (!/^[A-Z]{1,20}$/.test(denial.method) || !/^\/[^\s#]{0,500}$/.test(path)) return undefined;
  return whyLine({ from, to, port: null, protocol: "TCP", http: { method: denial.method, path }, ...rest });
}

/** For a pair as answers name its ends; undefined where a name is nothing that can be typed. */
export function whyPairLine(
  pair: { readonly source: string; readonly destination: string; readonly port: number; readonly protocol: string },
  rest: Pick<WhyArgs, "since" | "until" | "clusters">,
): string | undefined {
  const from = endTarget(pair.source);
  const to = endTarget(pair.destination);
  const protocol = pair.protocol === "" ? "TCP" : pair.protocol;
  if (from === undefined || to === undefined || !["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6"].includes(protocol))
    return undefined;
  return whyLine({ from, to, port: pair.port === 0 ? null : pair.port, protocol, http: null, ...rest });
}

function endTarget(name: string): Target | undefined {
  const parsed = parseTarget(name);
  if (!parsed.ok || targetText(parsed.target) !== name) return undefined;
  return parsed.target.kind === "fqdn" && parsed.target.name.includes("*") ? undefined : parsed.target;
}
