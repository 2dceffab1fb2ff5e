/** A question about requests as the line that asks it, and the single flows behind it. */
import { EventType } from "../../analysis/flow.ts";
import type { DropsArgs } from "../drops/args.ts";
import { dropsLine } from "../drops/line.ts";
import type { ObserveArgs } from "../observe/args.ts";

export type L7Name = "http" | "dns";

/** The flags are those of `drops`. */
export function l7Line(name: L7Name, args: DropsArgs): string {
  return `${name}${dropsLine(args).slice("drops".length)}`;
}

/** As `observe` has it. `httpStatus`, `5+` for all that begin with 5, are answers: what they come from is what was asked. */
export function asObserve(name: L7Name, args: DropsArgs, httpStatus: readonly string[] = []): ObserveArgs {
  const { select, since, until, clusters } = args;
  const ends = httpStatus.length === 0 ? {} : { from: select.to, to: select.from };
  return {
    select: { ...select, ...ends, protocols: [name] },
    conditions: {
      verdicts: [],
      types: [{ type: EventType.l7 }],
      httpStatus,
      httpMethods: [],
      httpPaths: [],
      httpUrls: [],
      uuids: [],
    },
    since,
    until: until.kind === "ago" && until.ms === 0 ? null : until,
    limit: null,
    ...{ json: false, node: false, numeric: false },
    ...(clusters !== undefined && { clusters }),
  };
}
