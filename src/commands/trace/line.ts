/** The command that asks again, for buttons. */
import { timeSpecText } from "../../analysis/time.ts";
import { whyLine, whyPairLine } from "../why/line.ts";
import { defaults, type TraceArgs } from "./args.ts";

export function traceLine(args: TraceArgs): string {
  const { since } = args;
  const isDefault = since.kind === "ago" && since.ms === defaults.sinceMs;
  // `why` leaves its own default out.
  const line = whyLine({ ...args, http: null, since: { kind: "ago", ms: 15 * 60_000 } });
  return asTrace(line, isDefault ? [] : ["--since", timeSpecText(since)]);
}

type Times = Pick<TraceArgs, "since" | "until" | "clusters">;

/** For a pair as answers name its ends; undefined where an end is nothing that can be typed. */
export function tracePairLine(
  pair: { readonly source: string; readonly destination: string; readonly port: number; readonly protocol: string },
  { since, ...rest }: Times,
): string | undefined {
  const line = whyPairLine(pair, { ...rest, since: { kind: "ago", ms: 15 * 60_000 } });
  return line === undefined ? undefined : asTrace(line, ["--since", timeSpecText(since)]);
}

function asTrace(line: string, since: readonly string[]): string {
  return [line.replace(/^why /, "trace "), ...since].join(" ");
}
