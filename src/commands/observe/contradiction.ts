/** What can never match anything, or cannot be meant, and what to type instead. Times of different kinds are compared when the moment of asking is known. */
import { EventType, Verdict } from "../../analysis/flow.ts";
import type { ListSelect } from "../../analysis/flow-list-select.ts";
import type { OwnRaw } from "./args.ts";

export interface Problem {
  readonly flag: string;
  readonly say: string;
}

export function contradiction(raw: OwnRaw, wanted: ListSelect): Problem | undefined {
  return ofCounts(raw) ?? ofTimes(raw) ?? ofOutput(raw) ?? ofConditions(wanted);
}

function ofCounts({ first, last, all }: OwnRaw): Problem | undefined {
  if (first !== undefined && last !== undefined)
    return {
      flag: "first",
      say: "That does not go with --last. Type --first for the oldest flows or --last for the newest.",
    };
  if (all && last !== undefined) return { flag: "all", say: "That does not go with --last. Leave one of them out." };
  if (all && first !== undefined) return { flag: "all", say: "That does not go with --first. Leave one of them out." };
  return undefined;
}

function ofTimes({ since, until }: OwnRaw): Problem | undefined {
  if (since?.kind === "ago" && since.ms < 1_000)
    return { flag: "since", say: "That is now. Type how long ago to begin, for example 15m." };
  const isTurned =
    (since?.kind === "ago" && until?.kind === "ago" && until.ms >= since.ms) ||
    (since?.kind === "at" && until?.kind === "at" && until.ms <= since.ms);
  return isTurned
    ? {
        flag: "until",
        say: "That ends before it begins. Type the earlier time after --since, for example --since 2h --until 1h.",
      }
    : undefined;
}

function ofOutput(raw: OwnRaw): Problem | undefined {
  const json = raw.json === true || raw.output === "json";
  if (raw.json === true && raw.output === "compact")
    return { flag: "output", say: "That does not go with --json. Leave one of them out." };
  if (json && raw.numeric)
    return { flag: "numeric", say: "JSON has names and addresses anyway. Leave out --numeric, or -o json." };
  if (json && raw["node-names"])
    return { flag: "node-names", say: "JSON names the node anyway. Leave out --print-node-name, or -o json." };
  return undefined;
}

function ofConditions({ select, conditions }: ListSelect): Problem | undefined {
  const { verdicts, types, httpStatus, httpMethods, httpPaths, httpUrls } = conditions;
  const { protocols, reasons } = select;
  const hasType = (...wanted: number[]) => types.length === 0 || types.some(({ type }) => wanted.includes(type));
  const http = [
    ["http-status", httpStatus],
    ["http-method", httpMethods],
    ["http-path", httpPaths],
    ["http-url", httpUrls],
  ] as const;
  const flag = http.find(([, values]) => values.length > 0)?.[0];
  if (flag !== undefined && !hasType(EventType.l7))
    return { flag, say: "Only l7 events have that. Type --type l7, or leave out --type." };
  if (flag !== undefined && protocols.length > 0 && !protocols.some((name) => name === "http" || name === "tcp"))
    return { flag, say: "Only HTTP has that. Type --protocol http, or leave out --protocol." };
  if (reasons.length > 0 && verdicts.length > 0 && !verdicts.includes(Verdict.dropped))
    return { flag: "reason", say: "Only dropped flows have a reason. Type --verdict DROPPED, or leave out --verdict." };
  if (reasons.length > 0 && !hasType(EventType.drop, EventType.policyVerdict))
    return {
      flag: "reason",
      say: "Only drop and policy-verdict events have a reason. Type --type drop, or leave out --type.",
    };
  return undefined;
}
