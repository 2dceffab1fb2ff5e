/** The one line that stands alone on a lock screen. */
import { counted, listed } from "../../analysis/counted.ts";
import type { Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { inlineText } from "../../message/text.ts";
import type { WhyCase } from "../../sources/question.ts";
import type { WhyArgs } from "./args.ts";
import type { WhyPicture } from "./picture.ts";
import { type Hidden, portText, refusalText, refusing, requestName } from "./verdict.ts";

const longest = 150;

interface Headed extends Pick<WhyPicture, "from" | "to"> {
  readonly http: WhyArgs["http"];
  readonly port: number | null;
  /** There are policies that are not valid and so not counted. */
  readonly broken: boolean;
}

export function headline(cases: readonly WhyCase[], hidden: Hidden, asked: Headed): Pick<Message, "tone" | "title"> {
  const [first, ...more] = cases;
  if (first === undefined) return { tone: "warn", title: cut(`${pairOf(asked)}: what the policies say is not known`) };
  const tone = cases.some(({ verdict }) => verdict !== "ALLOWED") ? "bad" : "good";
  const title = more.length === 0 ? single(first, hidden, asked) : several(cases, hidden, asked);
  return { tone, title: cut(title) };
}

/** The address alone is denied, and nobody asks Cilium by the address alone. */
export function byNameHeadline(
  cases: readonly WhyCase[],
  name: string,
  asked: Headed,
): Pick<Message, "tone" | "title"> {
  const [first] = cases;
  const pair = cases.length === 1 && first !== undefined ? pairWith(first, asked, true) : pairOf(asked);
  return { tone: "good", title: cut(`${pair} is allowed as ${cutEnd(name, 40)} only`) };
}

function single(found: WhyCase, hidden: Hidden, asked: Headed): string {
  return `${pairWith(found, asked, true)} ${verdictText(found, hidden, asked)}`;
}

/** `is denied on ingress: rule1 admits org=empire; default/xwing has org=alliance`. */
function verdictText(found: WhyCase, hidden: Hidden, { http, broken }: Headed): string {
  const direction = refusing(found);
  const partly = found.egress.hidden || found.ingress.hidden ? ", as far as is shown here" : "";
  if (direction === undefined) {
    const sides = [found.egress, found.ingress];
    const proxied = sides.find(({ redirect }) => redirect !== null);
    if (http !== null && proxied !== undefined) return `is allowed, and so is ${requestName(http)}${partly}`;
    if (proxied !== undefined && proxied.requests.length > 0)
      return `is allowed, for ${proxied.requests.slice(0, 2).join(" or ")}${proxied.requests.length > 2 ? " and more" : " only"}${partly}`;
    if (sides.every(({ enforced, hidden: isHidden }) => !enforced && !isHidden))
      return `is allowed: no ${broken ? "valid " : ""}policy applies to it`;
    const names = [...new Set(sides.flatMap(({ deciding }) => deciding.map(({ name }) => name)))];
    return `is allowed${names.length === 0 ? "" : ` by ${listed(names.slice(0, 3))}`}${partly}`;
  }
  const side = found[direction];
  if (side.verdict === "ERROR") return `cannot be told: the agent cannot compute the ${direction} policy`;
  if (side.reason === "l7") {
    const names = [
      ...new Set([
        ...(side.nearest === null ? [] : [side.nearest.rule.name]),
        ...side.deciding.map(({ name }) => name),
      ]),
    ];
    const answer = side.redirect === "http" ? " (403)" : "";
    const by = names.length === 0 ? "" : ` by ${listed(names.slice(0, 2))}`;
    return `is allowed, and ${http === null ? "the request" : requestName(http)} is refused${by}${answer}`;
  }
  const both = found.egress.verdict === "DENIED" && found.ingress.verdict === "DENIED" && found.ingress.reason !== "l7";
  return `is denied on ${both ? "egress and ingress" : direction}: ${inlineText(refusalText(found, direction, hidden))}`;
}

/** What is the same for all is said once. */
function several(cases: readonly WhyCase[], hidden: Hidden, asked: Headed): string {
  const pairs = new Set(cases.map(({ from, to }) => `${from}\n${to}`));
  const denied = cases.filter(({ verdict }) => verdict !== "ALLOWED");
  const pair = pairOf(asked);
  if (denied.length === 0) return `${pair} is allowed${asked.port === null ? " on every port asked about" : ""}`;
  const [worst] = denied;
  if (denied.length === cases.length && worst !== undefined) {
    const same = new Set(denied.map((found) => verdictText(found, hidden, asked)));
    const everywhere = asked.port === null ? " on every port" : "";
    const [only] = same;
    if (same.size === 1 && only !== undefined) return `${pair} ${only.replace("is denied", `is denied${everywhere}`)}`;
    const direction = refusing(worst);
    const on = direction === undefined ? "" : ` on ${direction}`;
    return `${pair} is denied${everywhere}${on}: ${direction === undefined ? "" : inlineText(refusalText(worst, direction, hidden))}`;
  }
  if (pairs.size === 1) {
    const allowed = cases.filter(({ verdict }) => verdict === "ALLOWED").map((found) => portText(found, false));
    const not = denied.map((found) => portText(found, false));
    return `${pair}: ${listed(allowed.slice(0, 4))} allowed, ${listed(not.slice(0, 4))} denied`;
  }
  return `${pair}: ${counted(denied.length, "case")} of ${cases.length} denied, because not all pods there have the same labels`;
}

function pairWith(found: WhyCase, asked: Headed, alone: boolean): string {
  if (found.port === null) return `${pairOf(asked)} on ${portText(found, alone)}`;
  if (found.protocol.startsWith("ICMP")) return `${pairOf(asked)} (${portText(found, alone)})`;
  const { from, to } = shortened(asked);
  const port = asked.port ?? found.port;
  return `${from} → ${to.includes(":") ? `[${to}]` : to}:${port}/${found.protocol}`;
}

function pairOf(asked: Headed): string {
  const { from, to } = shortened(asked);
  return `${from} → ${to}`;
}

function shortened({ from, to }: Headed): { readonly from: string; readonly to: string } {
  return { from: cutEnd(from, 40), to: cutEnd(to, 40) };
}

function cut(title: string): string {
  return cutEnd(title, longest);
}
