/** Which questions metrics cannot answer, and why. */
import type { FlowSelect } from "../../analysis/select.ts";
import type { TopArgs } from "./args.ts";

/** A sentence; undefined where metrics are asked first. */
export function flowsOnly({ of, select }: Pick<TopArgs, "of" | "select">): string | undefined {
  if (of === "http") return "Hubble's HTTP metrics know no paths.";
  if (of === "dns") return "Hubble's DNS metrics know no names, unless its query option is set, and no search path.";
  return of !== "maps" && isNarrowed(select)
    ? "Metrics count the whole cluster and know neither target nor filters."
    : undefined;
}

function isNarrowed({ target, either, from, to, ...lists }: FlowSelect): boolean {
  return (
    target !== undefined ||
    [either, from, to].some((end) => Object.keys(end).length > 0) ||
    Object.values(lists).some((list) => list.length > 0)
  );
}
