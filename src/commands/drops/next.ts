/** What to ask next, as buttons. */
import { durationText } from "../../analysis/duration.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { isAddress } from "../../analysis/redact/host.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { belongsTo, deniedEnd, isPolicyReason } from "../../analysis/worst.ts";
import type { Action, Block } from "../../message/message.ts";
import { observeLine } from "../observe/line.ts";
import { suggestEndLine } from "../suggest/line.ts";
import { tracePairLine } from "../trace/line.ts";
import { whyPairLine, whyRequestLine } from "../why/line.ts";
import { dropsLine } from "./line.ts";
import { nameToAsk } from "./missed-name.ts";
import { isAllowedNow } from "./nearest-rule.ts";
import type { Picture } from "./picture.ts";
import { isOutside } from "./visible.ts";
import { pairLabel, requestText } from "./words.ts";

const maxWhys = 3;

export function nextSteps(picture: Picture): Block | undefined {
  const single = [flows(picture), narrower(picture), wider(picture), noise(picture)];
  const actions = [
    ...single.filter((action) => action !== undefined),
    ...whys(picture),
    ...bothSides(picture),
    ...suggestion(picture),
  ];
  return actions.length === 0 ? undefined : { kind: "actions", actions };
}

/** The flows behind the numbers: of the same time, whenever the button is pressed. */
function flows({ packets, denials, window, args: { select, clusters } }: Picture): Action | undefined {
  if (packets === 0 && denials === 0) return undefined;
  // A time in a command is whole seconds.
  const since = { kind: "at", ms: Math.floor(window.from / 1_000) * 1_000 } as const;
  const until = { kind: "at", ms: Math.ceil(window.to / 1_000) * 1_000 } as const;
  const command = observeLine({ select, since, until, ...(clusters && { clusters }) });
  return { label: "show flows", command };
}

/** What the policies say about each pair that they denied, and about the worst refused request. */
function whys({ pairs, drops, args, views, manyClusters }: Picture): Action[] {
  const { since, until, clusters } = args;
  const isShown = (name: string, cluster: string) =>
    !isOutside(
      { name, labels: [] },
      views.find((view) => view.cluster === cluster),
    );
  const rest = (cluster: string) => ({
    since,
    until,
    ...(manyClusters ? { clusters: [cluster] } : clusters && { clusters }),
  });
  const packets = pairs
    .filter(({ reason }) => isPolicyReason(reason))
    .map((pair) => ({ ...pair, destination: nameToAsk(pair) ?? pair.destination }))
    .map((pair) => ({ ...pair, label: `why ${pairLabel(pair)}`, command: whyPairLine(pair, rest(pair.cluster)) }));
  const requests = (drops?.l7Denials ?? []).slice(0, 1).map((denial) => ({
    ...denial,
    label: `why ${requestText(denial)}`,
    command: whyRequestLine(denial, rest(denial.cluster)),
  }));
  const actions = [...packets.slice(0, maxWhys), ...requests].flatMap(
    ({ source, destination, cluster, label, command }): Action[] =>
      command === undefined || !isShown(source, cluster) || !isShown(destination, cluster) ? [] : [{ label, command }],
  );
  return [...new Map(actions.map((action) => [action.command, action])).values()];
}

/** How far connections of the worst pair come, seen from both nodes, where both ends have names, be it by DNS answers. */
function bothSides(picture: Picture): Action[] {
  const { pairs, packets, denials } = picture;
  const found = pairs.find(({ noise: isNoise }) => !isNoise);
  if (found !== undefined)
    return tracing(picture, { ...found, destination: nameToAsk(found) ?? found.destination }, "both sides");
  return packets === 0 && denials === 0 ? arrivals(picture) : [];
}

/** Nothing was dropped: whether what was forwarded most, within a cluster, arrives. */
function arrivals(picture: Picture): Action[] {
  const isNamed = (name: string) => /^[^/\s]+\/[^/\s]+$/.test(name);
  const pair = picture.views
    .flatMap(({ cluster, forwarded }) => (forwarded?.forwarded?.pairs ?? []).map((one) => ({ ...one, cluster })))
    .find(({ source, destination, protocol }) => protocol === "TCP" && isNamed(source) && isNamed(destination));
  return pair === undefined ? [] : tracing(picture, pair, "do they arrive?");
}

type Traced = Parameters<typeof tracePairLine>[0] & { readonly cluster: string };

function tracing({ args, views, manyClusters }: Picture, worst: Traced, label: string): Action[] {
  if (isAddress(worst.source) || isAddress(worst.destination)) return [];
  const view = views.find(({ cluster }) => cluster === worst.cluster);
  if ([worst.source, worst.destination].some((name) => isOutside({ name, labels: [] }, view))) return [];
  const { since, until } = args;
  const clusters = manyClusters ? [worst.cluster] : args.clusters;
  const command = tracePairLine(worst, { since, until, ...(clusters && { clusters }) });
  return command === undefined ? [] : [{ label, command }];
}

/** A rule for the end that no rule lets the worst of the default denies reach. What the policies allow by now needs none. */
function suggestion({ pairs, args, views, manyClusters }: Picture): Action[] {
  const worst = pairs.find(({ reason, noise: isNoise }) => reason === "POLICY_DENIED" && !isNoise);
  const end = worst && deniedEnd(worst);
  if (worst === undefined || end === undefined) return [];
  const view = views.find(({ cluster }) => cluster === worst.cluster);
  if (isOutside(end, view) || isAllowedNow(worst, view)) return [];
  const clusters = manyClusters ? [worst.cluster] : args.clusters;
  const command = suggestEndLine(end.name, {
    since: args.since,
    admit: [end.direction === "ingress" ? worst.source : worst.destination],
    ...(clusters && { clusters }),
  });
  return command === undefined ? [] : [{ label: "suggest policy", command }];
}

/** The denied end of the worst pair, where that is not what was asked about. */
function narrower({ pairs, args, views }: Picture): Action | undefined {
  const worst = pairs[0];
  const end = worst && deniedEnd(worst);
  if (!end || !/^[^/]+\/[^/]+$/.test(end.name)) return undefined;
  const view = views.find(({ cluster }) => cluster === worst.cluster);
  if (isOutside(end, view)) return undefined;
  const resolution = view?.resolution;
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
