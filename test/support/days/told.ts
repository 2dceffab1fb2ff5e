/** A digest's findings as one line each, with every number in them. */
import type { DigestItem, ItemOf } from "../../../src/analysis/digest/item.ts";
import { hourMs } from "../../../src/analysis/sketch/hour.ts";
import type { AnswerDocument } from "../../../src/message/delivery.ts";

/** `asked`: when the digest was asked for, epoch milliseconds. */
export function told(item: DigestItem, asked: number): string {
  return `${item.standing ? "standing " : ""}${item.sure ? "" : "unsure "}${item.kind} ${whatOf(item, asked)}`;
}

function whatOf(item: DigestItem, asked: number): string {
  switch (item.kind) {
    case "drops":
      return `${item.by} ${item.key}: ${item.change}, ${countsOf(item)}, by ${item.from}`;
    case "firstDrop":
      return `${endsOf(item)} ${item.reason}: ${item.count} since ${hourText(item.first)}, none in ${item.days} days`;
    case "newEdge":
      return `${endsOf(item)}: ${item.count} since ${hourText(item.first)}`;
    case "vanishedEdge":
      return `${endsOf(item)}: ${item.before}, last ${hourText(item.last)}`;
    case "changed":
      return `${namedOf(item)}: ${item.action} ${hourText(item.at)} by ${item.by}: ${item.what.join(", ")}`;
    case "invalidPolicy":
      return `${namedOf(item)}: ${item.message}`;
    case "unmatchedPolicy":
      return `${namedOf(item)}: last ${hourText(item.last ?? 0)}`;
    case "map":
      return `${item.map} on ${item.node}: ${item.fill}, full ${fullText(item, asked)}`;
    case "agents":
    case "nodes":
      return `${item.now} of ${item.of}`;
    case "lost":
      return `${item.events} of ${item.before}`;
    case "endpoints":
      return `${item.states.map(({ state, count }) => `${count} ${state}`).join(", ")} of ${item.before}`;
    case "unreachable":
      return `${item.count} of ${item.of}: ${item.nodes.map((one) => `${one.node} ${one.nodes}+${one.endpoints}`).join(" ")}, suspect ${item.suspect}`;
    case "httpErrors":
      return `${item.destination}: ${item.change}, ${item.now} of ${item.before}, of ${item.requests} answers`;
  }
}

function endsOf({ source, destination, port }: Pick<ItemOf<"newEdge">, "source" | "destination" | "port">): string {
  return `${source} → ${destination}:${port}`;
}

function namedOf({ object, namespace, name }: Pick<ItemOf<"changed">, "object" | "namespace" | "name">): string {
  return `${object} ${namespace}/${name}`;
}

function hourText(time: number): string {
  return new Date(time).toISOString().slice(5, 16);
}

function countsOf({ now, before, median }: ItemOf<"drops">): string {
  return `${now} of ${before}${median === null ? "" : `, usually ${median}`}`;
}

function fullText({ fullAt }: ItemOf<"map">, asked: number): string {
  return fullAt === null ? "never" : `${Math.round((fullAt - asked) / hourMs)} h later`;
}

/** Packets of a week's columns, by reason. */
export function weekOf({ details = [] }: AnswerDocument): Record<string, number> {
  const charts = details.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : [])),
  );
  const week = charts.find(({ title }) => title?.startsWith("Drops of 7 days"));
  const sum = (points: readonly (readonly [number, number | null])[]) =>
    points.reduce((total, [, packets]) => total + (packets ?? 0), 0);
  const series = week !== undefined && "series" in week ? week.series : [];
  return Object.fromEntries(series.map(({ name, points }) => [name, sum(points)]));
}
