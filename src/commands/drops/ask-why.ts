/** The questions behind the cause: what do the policies say about the worst pair, about an outside address with a name, and about the worst refused request? */
import type { DropPair, L7Denial } from "../../analysis/drops.ts";
import { readIp } from "../../analysis/target-ip.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { deniedEnd, ranked } from "../../analysis/worst.ts";
import type { WhyQuestion, WhySubject } from "../../sources/question.ts";
import type { ClusterView } from "./gather.ts";
import { nameToAsk } from "./missed-name.ts";
import { firstOutside } from "./outside-name.ts";
import { isOutside } from "./visible.ts";

type Asked = Omit<WhyQuestion, "source" | "ask" | "cluster" | "visible">;

const protocols = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6"];
/** A summary keeps no more labels of an end: of a longer list some may be missing, and the verdict would be about somebody else. */
const mostLabels = 20;

/** None where policies decided nothing, or not enough is known of the ends. */
export function whyAsked(view: ClusterView, noiseToo: boolean): readonly Asked[] {
  const { drops } = view;
  const pairs = ranked(drops?.pairs ?? [], noiseToo);
  const [worst] = pairs;
  const named = firstOutside(pairs);
  const [denial] = drops?.l7Denials ?? [];
  return [
    // Explicit denials name their policy themselves.
    worst?.reason === "POLICY_DENIED" ? aboutPair(worst, view) : undefined,
    ...(named === undefined ? [] : aboutOutside(named, named !== worst, view)),
    denial && aboutRequest(denial, view),
  ].filter((asked) => asked !== undefined);
}

/** By its address, and by the name that the address has: the toFQDNs rule that missed it is what makes the difference. */
function aboutOutside(pair: DropPair, addressToo: boolean, view: ClusterView): (Asked | undefined)[] {
  if (pair.reason !== "POLICY_DENIED") return [];
  const asked = aboutPair(pair, view);
  const name = nameToAsk(pair);
  const byName = asked !== undefined && name !== undefined && { ...asked, to: { ...asked.to, name } };
  return [addressToo ? asked : undefined, byName || undefined];
}

function aboutPair(pair: DropPair, view: ClusterView): Asked | undefined {
  const { port, protocol } = pair;
  const denied = deniedEnd(pair);
  if (denied === undefined || isOutside(denied, view)) return undefined;
  const from = end(pair.source, pair.sourceLabels);
  const to = end(pair.destination, pair.destinationLabels);
  if (from === undefined || to === undefined || !protocols.includes(protocol)) return undefined;
  // Drop events do not tell the type of an ICMP message.
  if (port === 0) return undefined;
  return { from, to, port, protocol, http: null };
}

function end(name: string, labels: readonly string[]): WhySubject | undefined {
  if (labels.length === 0 || labels.length >= mostLabels) return undefined;
  const ip = readIp(name);
  return { labels, name, ...(ip !== null && { ip }) };
}

/** A refused request carries no labels: its ends are asked for by name. */
function aboutRequest({ source, destination, protocol, method, path }: L7Denial, view: ClusterView): Asked | undefined {
  if (protocol !== "http" || !source.includes("/") || !destination.includes("/")) return undefined;
  if ([source, destination].some((name) => isOutside({ name, labels: [] }, view))) return undefined;
  const [from, to] = [parseTarget(source), parseTarget(destination)];
  if (!from.ok || !to.ok) return undefined;
  const http = { method, path: path.split("?")[0] ?? path };
  return { from: { target: from.target }, to: { target: to.target }, port: null, protocol: "TCP", http };
}
