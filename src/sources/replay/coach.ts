/** Flows of a namespace, held against its policies and against default-deny → the finding. The work itself runs where replays do. */

import { Direction } from "../../analysis/flow.ts";
import { coach } from "../../policy/coach/coach.ts";
import type { Coached, DatedObserved } from "../../policy/coach/coached.ts";
import { defaultSettings } from "../../policy/settings.ts";
import { type FlowTable, readTable } from "./table.ts";
import type { PolicyWorld } from "./task.ts";

/** `table` has the times of its rows. */
export function runCoach(table: FlowTable, world: PolicyWorld | null): Coached {
  return coach({
    observed: readDated(table),
    known: world?.known ?? [],
    objects: world?.objects ?? null,
    settings: { ...defaultSettings, ...world?.settings },
  });
}

function readDated(table: FlowTable): DatedObserved[] {
  return table.rows.flatMap((row, at) => {
    const [first, last, side] = table.dates?.[at] ?? [0, 0, 0];
    const [from, to, protocol, port, , request] = row;
    const tuple = [from, to, protocol, port, request].join();
    const recorded = side === Direction.ingress ? "ingress" : side === Direction.egress ? "egress" : null;
    return readTable({ ...table, rows: [row] }).map((one) => ({ ...one, first, last, tuple, recorded }));
  });
}

/** Where only some namespaces may be seen: without the names of the other namespaces' policies. */
export function shownCoached(coached: Coached, visible: readonly string[] | undefined): Coached {
  if (visible === undefined) return coached;
  const shown = <Named extends { readonly policies: Coached["workloads"][number]["ingress"]["policies"] }>(
    one: Named,
  ): Named => ({
    ...one,
    policies: one.policies.filter(({ namespace }) => namespace === "" || visible.includes(namespace)),
  });
  const { ruled, missing, refused, unknown } = coached.edges;
  const edges = (of: typeof ruled) => ({ ...of, listed: of.listed.map(shown) });
  return {
    ...coached,
    workloads: coached.workloads.map((one) => ({ ...one, ingress: shown(one.ingress), egress: shown(one.egress) })),
    edges: { ruled: edges(ruled), missing: edges(missing), refused: edges(refused), unknown: edges(unknown) },
  };
}
