/** The one line that stands alone on a lock screen, and its tone. */
import { listed } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import type { Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { amount, badText } from "./counted.ts";
import { fillTitle, nearlyFull } from "./fill.ts";
import type { TopPicture } from "./picture.ts";
import { unitOf } from "./tables.ts";
import { isFailed, nodeText, rateText, rowText, shareText, slowRateText, whyText } from "./words.ts";

type Headline = Pick<Message, "tone" | "title">;

const longestTitle = 145;

export function headline(picture: TopPicture): Headline {
  const { tone, title } = picture.args.of === "maps" ? mapsHeadline(picture) : flowsHeadline(picture);
  return { tone, title: cutEnd(`${picture.who}: ${title}`, longestTitle) };
}

/** Some source said how much there was, even if that is nothing. */
export function isRead({ views, flows }: TopPicture): boolean {
  return flows !== undefined || views.some(({ ranking }) => ranking !== undefined && ranking.cannot === null);
}

function mapsHeadline(picture: TopPicture): Headline {
  const { metrics, args, when, fills, views } = picture;
  const rows = metrics.flatMap((group) => group.rows);
  const first = rows.toSorted((a, b) => b.rate - a.rate)[0];
  const fill = fillTitle(picture);
  const isBad = fills.some(({ now }) => now >= nearlyFull);
  const isWarning = fill !== undefined || rows.some(({ labels }) => isFailed(labels));
  const tone = isBad ? "bad" : isWarning ? "warn" : "info";
  const also = fill === undefined ? "" : `${fill}; `;
  if (first !== undefined) {
    const node = nodeText(first.labels);
    const place = node === "" ? "" : ` on ${node}`;
    if (args.failed) {
      const failed = rowText({ ...first.labels, outcome: "" });
      return { tone, title: `${also}${failed} fails${place}, ${slowRateText(first.rate)} ${when}` };
    }
    return { tone, title: `${also}busiest is ${rowText(first.labels)}${place}, ${rateText(first.rate)} ops/s ${when}` };
  }
  if (isRead(picture))
    return args.failed && fill === undefined
      ? { tone: "good", title: `no map operation failed ${when}` }
      : { tone, title: `${also}no map operation was counted ${when}` };
  if (views.every(({ visible }) => visible !== undefined))
    return { tone: "warn", title: "map operations are not shown here" };
  return isRefused(picture)
    ? { tone: "warn", title: "there are no map operations to rank" }
    : { tone: "bad", title: "map operations could not be read" };
}

function flowsHeadline(picture: TopPicture): Headline {
  const { args, metrics, flows, when } = picture;
  const [group] = metrics;
  const first = group?.rows[0];
  const seen = flows?.rows[0];
  const lead = leads[args.of];
  const isNamed =
    first !== undefined && (args.of === "ports" || "source" in first.labels || "destination" in first.labels);
  const metricTitle = (): Headline => {
    const node = first === undefined ? "" : nodeText(first.labels);
    const labels = first?.labels ?? {};
    const why = isNamed ? whyText(labels) : "";
    return {
      tone: toneOf(picture),
      title: `${lead} ${rowText(labels)}${node === "" ? "" : ` on ${node}`}, ${rateText(first?.rate ?? 0)} ${unitOf(picture)} (${shareText(first?.rate ?? 0, group?.total ?? 0)}) ${when}${why === "" ? "" : `, ${why}`}`,
    };
  };
  if (isNamed) return metricTitle();
  if (seen !== undefined && flows !== undefined) {
    const why = [whyText(seen.labels), badText(args.of, seen)].filter((text) => text !== "").join(", ");
    // A count that may be too high is no least.
    const least = sawAll(picture) ? "" : "at least ";
    const about = seen.error > 0 ? "about " : least;
    return {
      tone: toneOf(picture),
      title: `${lead} ${rowText(seen.labels)}, ${about}${amount(seen.count, args.of)} (${shareText(seen.count, flows.total)}) ${when}${why === "" ? "" : `, ${why}`}`,
    };
  }
  if (first !== undefined) return metricTitle();
  return nothing(picture);
}

function nothing(picture: TopPicture): Headline {
  const { args, views, when, window, flows } = picture;
  if (!isRead(picture)) {
    return { tone: "bad", title: `${unread[args.of]} could not be read` };
  }
  // The agents' counters miss nothing; flows do.
  const isSure = views.every(
    ({ ranking, coverage }) =>
      (ranking !== undefined && ranking.cannot === null && ranking.covered.from === window.from) ||
      (coverage !== undefined && gapsOf(coverage, window).none),
  );
  const what = none[args.of];
  const noise = args.of === "drops" ? " but normal noise" : "";
  // Nobody may have looked.
  if (args.of === "dns" || args.of === "http")
    return { tone: "warn", title: `${what} seen ${when}${isSure ? "" : ", but not everything could be seen"}` };
  if (isSure) return { tone: args.of === "drops" ? "good" : "info", title: `${what}${noise} ${when}` };
  return {
    tone: "warn",
    title: `${what} ${flows === undefined ? "counted" : "seen"} ${when}, but not everything could be seen`,
  };
}

/** The flows of every cluster that was asked for them are all there. */
export function sawAll({ views, window }: TopPicture): boolean {
  return views.every(({ coverage, ranking }) =>
    coverage === undefined ? ranking !== undefined : gapsOf(coverage, window).none,
  );
}

const leads = {
  ...{ maps: "", drops: "most drops:", talkers: "most traffic:", ports: "busiest port:" },
  ...{ dns: "most asked for:", http: "most requests:" },
} as const;

const unread = {
  ...{ maps: "maps", drops: "drops", talkers: "who talks", ports: "ports" },
  ...{ dns: "DNS queries", http: "requests" },
} as const;

/** What neither source has. */
const counts = {
  ...{ maps: "operation", drops: "dropped packet", talkers: "packet on its way", ports: "packet on its way" },
  ...{ dns: "DNS query", http: "HTTP request" },
} as const;

const none = {
  ...{ maps: "no operations", drops: "no drops", talkers: "no traffic", ports: "no traffic" },
  ...{ dns: "no DNS query", http: "no HTTP request" },
} as const;

function toneOf({ args }: TopPicture): Message["tone"] {
  return args.of === "drops" ? "warn" : "info";
}

/** Prometheus answered, and there is a reason why it has nothing; or it is not configured. */
function isRefused({ views }: TopPicture): boolean {
  return views.some(
    ({ ranking, visible, troubles }) =>
      ranking !== undefined || visible !== undefined || troubles.some(({ status }) => status === "skipped"),
  );
}

/** Both sources where both were asked, and what they leave out. */
export function nothingText({ args, views, flows, when }: TopPicture): string {
  const what = counts[args.of];
  const isCounted = views.some(({ ranking }) => ranking !== undefined && ranking.cannot === null);
  const said = [
    ...(isCounted ? [`metrics count no ${what}`] : []),
    ...(flows === undefined ? [] : [`flows show no ${what}`]),
  ];
  const text = `${listed(said)} ${when}${args.of === "drops" ? ", apart from normal noise" : ""}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
