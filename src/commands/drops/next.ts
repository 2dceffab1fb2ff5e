/** What to ask next, as buttons. */
import { durationText } from "../../analysis/duration.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { belongsTo, deniedEnd } from "../../analysis/worst.ts";
import type { Action, Block } from "../../message/message.ts";
import { dropsLine } from "./line.ts";
import type { Picture } from "./picture.ts";

export function nextSteps(picture: Picture): Block | undefined {
  const actions = [narrower(picture), wider(picture), noise(picture)].filter((action) => action !== undefined);
  return actions.length === 0 ? undefined : { kind: "actions", actions };
}

/** The denied end of the worst pair, where that is not what was asked about. */
function narrower({ pairs, args, views }: Picture): Action | undefined {
  const worst = pairs[0];
  const end = worst && deniedEnd(worst);
  if (!end || !/^[^/]+\/[^/]+$/.test(end.name)) return undefined;
  const resolution = views.find(({ cluster }) => cluster === worst.cluster)?.resolution;
  if (resolution?.status === "resolved" && belongsTo(end.name, resolution.target)) return undefined;
  if (args.select.target !== undefined && resolution?.status !== "resolved") return undefined;
  const parsed = parseTarget(end.name);
  return parsed.ok ? { label: `only ${end.name}`, command: dropsLine(args, parsed.target) } : undefined;
}

/** Nothing was seen, and the rings hold more. */
function wider({ packets, denials, views, window, askedAt, args }: Picture): Action | undefined {
  const deeper = views.some(
    ({ coverage }) => coverage !== undefined && coverage.oldest !== null && gapsOf(coverage, window).unreachedMs === 0,
  );
  const span = window.to - window.from;
  if (packets > 0 || denials > 0 || !deeper || window.to !== askedAt || span > 6 * 3_600_000) return undefined;
  const ms = Math.ceil((span * 4) / 60_000) * 60_000;
  return { label: `look back ${durationText(ms)}`, command: dropsLine({ ...args, since: { kind: "ago", ms } }) };
}

function noise({ drops, args }: Picture): Action | undefined {
  if (args.all || drops === undefined || drops.noise === 0) return undefined;
  return { label: "list the noise too", command: dropsLine({ ...args, all: true }) };
}
