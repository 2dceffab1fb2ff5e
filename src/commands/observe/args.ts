/** The arguments of `observe`, checked: which flows, how many, and how they are written. Plain JSON; times stay as typed until the moment of asking is known. */
import { z } from "zod";
import type { FlowConditions, ListSelect } from "../../analysis/flow-list-select.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { DropsArgs } from "../drops/args.ts";
import { notPrefix, type RawArgs } from "../flags.ts";
import { contradiction } from "./contradiction.ts";
import { selectFlagKeys } from "./flags.ts";
import { eventType, httpMethod, httpStatus, outputFormat, pattern, uuid, verdict } from "./pieces.ts";

export interface ObserveArgs extends ListSelect {
  /** What must not hold (`--not`). */
  readonly not?: ListSelect;
  /** Null: as far back as flows reach. */
  readonly since: TimeSpec | null;
  readonly until: TimeSpec | null;
  /** Null: all that fit into an answer. */
  readonly limit: { readonly keep: "newest" | "oldest"; readonly count: number } | null;
  readonly json: boolean;
  readonly node: boolean;
  readonly numeric: boolean;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

/** As `hubble observe` without flags. */
export const defaultCount = 20;
const mostListed = 200;

const conditionShape = {
  verdict: piece.many(verdict).optional(),
  type: piece.many(eventType).optional(),
  "http-status": piece.many(httpStatus).optional(),
  "http-method": piece.many(httpMethod).optional(),
  "http-path": z.array(piece.one(pattern)).max(10).optional(),
  "http-url": z.array(piece.one(pattern)).max(10).optional(),
  uuid: piece.many(uuid).optional(),
};
const Conditions = z.object(conditionShape);
type Conditions = z.infer<typeof Conditions>;

const Own = z.looseObject({
  ...conditionShape,
  since: piece.one(piece.time).optional(),
  until: piece.one(piece.time).optional(),
  last: piece.one(piece.count(1, mostListed)).optional(),
  first: piece.one(piece.count(1, mostListed)).optional(),
  all: z.literal(true).optional(),
  output: piece.one(outputFormat).optional(),
  json: z.literal(true).optional(),
  "node-names": z.literal(true).optional(),
  numeric: z.literal(true).optional(),
  cluster: z.array(z.string()).optional(),
});
export type OwnRaw = z.infer<typeof Own>;

export const ObserveArgs = z.looseObject({}).transform((raw, context): ObserveArgs => {
  const own = read(Own, raw, "", context);
  // `drops` reads the conditions on the ends, and refuses those that contradict each other.
  const ends = read(DropsArgs, picked(raw, ["target", ...selectFlagKeys], ""), "", context);
  const negated = Object.keys(raw).some((key) => key.startsWith(notPrefix));
  const not = negated ? readNot(raw, context) : undefined;
  if (own === undefined || ends === undefined || (negated && not === undefined)) return z.NEVER;
  const conditions = toConditions(own);
  const problem = contradiction(own, { select: ends.select, conditions });
  if (problem) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  const { since = null, until = null } = own;
  return {
    select: ends.select,
    conditions,
    ...(not && { not }),
    since,
    until,
    limit: limitOf(own),
    json: own.json === true || own.output === "json",
    node: own["node-names"] === true,
    numeric: own.numeric === true,
    ...(own.cluster !== undefined && { clusters: own.cluster }),
  };
});

function limitOf({ first, last, all }: OwnRaw): ObserveArgs["limit"] {
  if (all) return null;
  return first === undefined ? { keep: "newest", count: last ?? defaultCount } : { keep: "oldest", count: first };
}

function readNot(raw: object, context: z.core.$RefinementCtx): ListSelect | undefined {
  const conditions = read(Conditions, picked(raw, Object.keys(conditionShape), notPrefix), notPrefix, context);
  const ends = read(DropsArgs, picked(raw, selectFlagKeys, notPrefix), notPrefix, context);
  return conditions && ends && { select: ends.select, conditions: toConditions(conditions) };
}

function toConditions(raw: Conditions): FlowConditions {
  return {
    verdicts: raw.verdict ?? [],
    types: (raw.type ?? []).map((text) => {
      const [type = 0, subType] = text.split(":").map(Number);
      return subType === undefined ? { type } : { type, subType };
    }),
    httpStatus: raw["http-status"] ?? [],
    httpMethods: raw["http-method"] ?? [],
    httpPaths: raw["http-path"] ?? [],
    httpUrls: raw["http-url"] ?? [],
    uuids: raw.uuid ?? [],
  };
}

/** The named keys of `raw`, which there begin with `prefix`. */
function picked(raw: object, keys: readonly string[], prefix: string): RawArgs {
  const wanted = new Set(keys.map((key) => `${prefix}${key}`));
  return Object.fromEntries(
    Object.entries(raw as RawArgs)
      .filter(([key]) => wanted.has(key))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/** What another schema refuses is refused here, of the flag that was typed. */
function read<Value>(schema: z.ZodType<Value>, raw: object, prefix: string, context: z.core.$RefinementCtx) {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues)
    context.addIssue({ code: "custom", path: [`${prefix}${String(path[0] ?? "")}`], message });
  return undefined;
}
