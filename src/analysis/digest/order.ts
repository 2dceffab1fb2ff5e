/** The order in which a digest tells things: what is different before what was so already, then the worst, the surest, the largest. */
import type { DigestItem } from "./item.ts";

const tones = ["bad", "warn", "info"];
const kinds: readonly DigestItem["kind"][] = [
  ...([
    "agents",
    "unreachable",
    "firstDrop",
    "drops",
    "httpErrors",
    "map",
    "invalidPolicy",
    "endpoints",
    "nodes",
    "lost",
  ] as const),
  ...(["changed", "vanishedEdge", "newEdge", "unmatchedPolicy"] as const),
];

export function inOrder(items: readonly DigestItem[]): DigestItem[] {
  return items.toSorted(
    (one, other) =>
      Number(one.standing) - Number(other.standing) ||
      tones.indexOf(one.tone) - tones.indexOf(other.tone) ||
      Number(other.sure) - Number(one.sure) ||
      kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
      sizeOf(other) - sizeOf(one),
  );
}

function sizeOf(item: DigestItem): number {
  switch (item.kind) {
    case "drops":
      return Math.abs(item.now - Math.max(item.before ?? 0, item.median ?? 0));
    case "firstDrop":
    case "newEdge":
    case "unreachable":
      return item.count;
    case "vanishedEdge":
      return item.before;
    case "changed":
      return item.at;
    case "map":
      return item.fill;
    case "httpErrors":
      return item.now - (item.before ?? 0);
    case "lost":
      return item.events;
    default:
      return 0;
  }
}
