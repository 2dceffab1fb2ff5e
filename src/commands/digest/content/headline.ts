/** The sentence that stands alone on a lock screen: what is most significant, or that nothing changed and how sure that is. */
import { counted, listed } from "../../../analysis/counted.ts";
import type { DigestItem, ItemOf } from "../../../analysis/digest/item.ts";
import type { Message } from "../../../message/message.ts";
import { cutEnd } from "../../../message/plain.ts";
import type { DigestContext } from "../context.ts";
import type { Compared } from "./compared.ts";
import type { ClusterFacts } from "./gather.ts";
import { isFirst } from "./unknown.ts";
import { dropsTitle, httpErrorsTitle, mapItemText, sum } from "./words.ts";

const longestTitle = 145;
const toldPieces = 3;

export interface Whole {
  readonly clusters: readonly ClusterFacts[];
  readonly compared: Compared;
  /** How much was dropped, as well as anybody knows; undefined where nobody does. */
  readonly dropped: string | undefined;
}

/** `items` without those that were so before. */
export function headline(
  context: DigestContext,
  items: readonly DigestItem[],
  whole: Whole,
): Pick<Message, "tone" | "title"> {
  const pieces = piecesOf(items, context);
  const where = `${whereText(context)}: `;
  if (pieces.length === 0) {
    const { tone, title } = nothing(context, whole);
    return { tone, title: cutEnd(`${where}${title}`, longestTitle) };
  }
  const told = pieces.slice(0, toldPieces).join(", ");
  const more = pieces.length > toldPieces ? " and more" : "";
  const blind = uncompared(context, whole.compared);
  const tone = items[0]?.tone ?? "info";
  return {
    tone: blind !== "" && tone === "info" ? "warn" : tone,
    title: `${cutEnd(`${where}${told}${more}`, longestTitle - blind.length)}${blind}`,
  };
}

/** Behind what is different: whoever reads nothing else takes the rest for unchanged. */
function uncompared({ clusters }: DigestContext, { drops, traffic }: Compared): string {
  const kinds = [...(drops ? [] : ["drops"]), ...(traffic ? [] : ["connections"])];
  return kinds.length === 0 ? "" : `; ${listed(kinds)} not compared${clusters.length > 1 ? " everywhere" : ""}`;
}

/** No difference was found: what that is worth. */
function nothing({ span }: DigestContext, { clusters, compared, dropped }: Whole): Pick<Message, "tone" | "title"> {
  const [length, since] = span === "week" ? ["a week", "the week before"] : ["a day", "yesterday"];
  if (dropped === undefined && clusters.every(isSilent))
    return { tone: "bad", title: "what changed is not known, because nobody answered" };
  if (clusters.every(({ traffic }) => traffic !== undefined && isFirst(traffic)) && !compared.drops)
    return { tone: "info", title: `nothing to compare with yet; after ${length} there is` };
  if (!compared.drops)
    return { tone: "warn", title: `${dropped ?? "drops are not known"}; what was before is not known` };
  if (!compared.traffic)
    return { tone: "warn", title: `drops as before, but whether traffic changed since ${since} is not known` };
  return compared.sure
    ? { tone: "good", title: `nothing changed since ${since}` }
    : { tone: "warn", title: `nothing changed since ${since}, as far as could be seen` };
}

function whereText({ clusters, namespaces }: DigestContext): string {
  const place = clusters.length === 1 ? cutEnd(clusters[0] ?? "", 60) : `${clusters.length} clusters`;
  if (namespaces.length === 0) return place;
  return `${place}, ${namespaces.length === 1 ? cutEnd(namespaces[0] ?? "", 40) : `${namespaces.length} namespaces`}`;
}

/** In the order of what is most significant, a few words for each kind. */
function piecesOf(items: readonly DigestItem[], context: DigestContext): string[] {
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const own = items.filter((item) => item.kind === kind);
    const [first] = own;
    return first === undefined ? [] : [pieceOf(first, own, context)];
  });
}

function pieceOf(first: DigestItem, own: readonly DigestItem[], context: DigestContext): string {
  switch (first.kind) {
    case "drops": {
      const drops = own.filter((item): item is ItemOf<"drops"> => item.kind === "drops" && item.tone === first.tone);
      return dropsTitle(drops.find(({ by }) => by === "namespace") ?? first, context);
    }
    case "firstDrop":
      return counted(own.length, "new drop pair");
    case "newEdge":
      return counted(own.length, "new connection");
    case "vanishedEdge":
      return `${counted(own.length, "connection")} gone`;
    case "changed": {
      const policies = own.filter((item) => item.kind === "changed" && item.object.endsWith("Policy")).length;
      const others = own.length - policies;
      const said = [
        ...(policies > 0 ? [`${counted(policies, "policy", "policies")} changed`] : []),
        ...(others > 0
          ? [
              policies > 0
                ? counted(others, "other change")
                : counted(others, "change of the cluster", "changes of the cluster"),
            ]
          : []),
      ];
      return said.join(", ");
    }
    case "invalidPolicy":
      return `${counted(own.length, "policy", "policies")} not valid`;
    case "unmatchedPolicy":
      return `${counted(own.length, "policy", "policies")} unmatched for 14 days`;
    case "map":
      return mapItemText(first, context.askedAt);
    case "agents":
      return `${first.of - first.now} of ${counted(first.of, "agent")} missing`;
    case "nodes":
      return `${first.of - first.now} of ${counted(first.of, "node")} not seen all the time`;
    case "httpErrors":
      return httpErrorsTitle(first);
    case "lost":
      return `${counted(first.events, "event")} lost`;
    case "endpoints":
      return `${counted(sum(first), "endpoint")} not ready`;
    case "unreachable":
      return `${counted(nodesOf(own), "node")} cannot reach others`;
  }
}

function isSilent({ traffic, counters, policies, changes }: ClusterFacts): boolean {
  return traffic === undefined && counters.now === null && policies === undefined && changes === undefined;
}

function nodesOf(items: readonly DigestItem[]): number {
  return items.reduce((sum, item) => sum + (item.kind === "unreachable" ? item.count : 0), 0);
}
