/** Edges and workloads as tables. Names are written by others. */
import { counted, numberText } from "../../analysis/counted.ts";
import type { Block, Column } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { CoachEdge, CoachEdges, Coached, CoachSide } from "../../policy/coach/coached.ts";
import type { PolicyName } from "../../policy/policy.ts";
import { seenText } from "../drops/picture.ts";
import { portText } from "../suggest/changes.ts";

const shown = { missing: 15, workloads: 12, ruled: 8, refused: 6 };

/** `shop/web → shop/db:5432/TCP`. */
export function edgeText({ from, to, ...rest }: CoachEdge): string {
  return `${cutEnd(from, 60)} → ${cutEnd(to, 60)}:${portText(rest)}`;
}

/** What would break; where the policies are not known, all that was seen. */
export function edgeTable({ edges }: Coached, askedAt: number): Block | undefined {
  const { missing, unknown } = edges;
  if (missing.total === 0)
    return unknown.total === 0 ? undefined : tableOf("Edges, rule not known", "Needed at", unknown, askedAt);
  return tableOf("Edges without a rule", "Denied at", missing, askedAt);
}

function tableOf(title: string, side: string, { listed, total }: CoachEdges, askedAt: number): Block {
  const rows = listed.slice(0, shown.missing);
  return {
    kind: "table",
    title,
    columns: [{ title: "From → to" }, { title: side }, { title: "Flows", align: "right" }, { title: "Seen" }],
    rows: rows.map((edge) => [edgeText(edge), deniedText(edge), numberText(edge.flows), seenText(edge, askedAt)]),
    ...foldedOf(total - rows.length, "more edge"),
  };
}

function deniedText({ direction, partly, reason, audited }: CoachEdge): string {
  const what =
    reason === "l7"
      ? `${direction}, some requests`
      : reason === "explicit-deny"
        ? `${direction}, by a deny rule`
        : partly
          ? `${direction}, a part`
          : direction;
  return audited > 0 ? `${what}, AUDIT` : what;
}

export function workloadTable({ workloads, foldedWorkloads, counts }: Coached): Block | undefined {
  if (workloads.length === 0 || counts.enforced === null) return undefined;
  const rows = workloads.slice(0, shown.workloads);
  return {
    kind: "table",
    title: "Default-deny now",
    columns: [
      { title: "Workload" },
      { title: "Ingress" },
      { title: "Egress" },
      { title: "Without a rule", align: "right" },
    ],
    rows: rows.map(({ name, ingress, egress, missing, flows }) => [
      cutEnd(name, 60),
      sideText(ingress),
      sideText(egress),
      flows === 0 ? "untested" : numberText(missing),
    ]),
    ...foldedOf(workloads.length + foldedWorkloads - rows.length, "more workload"),
  };
}

function sideText({ state, policies }: CoachSide): string {
  if (state === "unknown") return "not known";
  if (state === "open") return policies.length === 0 ? "open" : `open (${namesOf(policies)})`;
  return `${state === "partly" ? "partly: " : ""}${policies.length === 0 ? "by mode" : namesOf(policies)}`;
}

export function ruledTable({ edges: { ruled } }: Coached): Block | undefined {
  if (ruled.total === 0) return undefined;
  const rows = ruled.listed.slice(0, shown.ruled);
  const columns: readonly Column[] = [
    { title: "From → to" },
    { title: "Allowed by" },
    { title: "Flows", align: "right" },
  ];
  return {
    ...{ kind: "table", title: "Edges with a rule", columns },
    rows: rows.map((edge) => [
      edgeText(edge),
      `${edge.direction}: ${edge.policies.length === 0 ? "not shown" : namesOf(edge.policies)}`,
      numberText(edge.flows),
    ]),
    ...foldedOf(ruled.total - rows.length, "more edge"),
  };
}

/** Traffic that policies drop already: nothing that default-deny would change. */
export function refusedTable({ edges: { refused } }: Coached, askedAt: number): Block | undefined {
  if (refused.total === 0) return undefined;
  const rows = refused.listed.slice(0, shown.refused);
  return {
    kind: "table",
    title: "Dropped by policies already",
    columns: [{ title: "From → to" }, { title: "By" }, { title: "Flows", align: "right" }, { title: "Seen" }],
    rows: rows.map((edge) => [
      edgeText(edge),
      `${edge.direction}${edge.policies.length === 0 ? "" : `: ${namesOf(edge.policies)}`}`,
      numberText(edge.flows),
      seenText(edge, askedAt),
    ]),
    ...foldedOf(refused.total - rows.length, "more edge"),
  };
}

function namesOf(policies: readonly PolicyName[]): string {
  const names = [...new Set(policies.map(({ name }) => cutEnd(name, 40)))];
  return `${names.slice(0, 2).join(", ")}${names.length > 2 ? ` and ${names.length - 2} more` : ""}`;
}

function foldedOf(more: number, noun: string): { readonly folded?: string } {
  return more > 0 ? { folded: counted(more, noun) } : {};
}
