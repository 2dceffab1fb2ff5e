/** The parts of the answer about one cluster: stages, advice, timelines, names. */
import { counted, listed } from "../../analysis/counted.ts";
import { clockText } from "../../analysis/time.ts";
import type { TraceExample, TraceRow, TraceSummary } from "../../analysis/trace/trace.ts";
import type { Block } from "../../message/message.ts";
import { agoText } from "../drops/picture.ts";
import { destinationText, reasonText, shorten } from "../drops/words.ts";
import { worstOf } from "./headline.ts";
import { adviceText, becauseText, eventText, names, stageText } from "./words.ts";

const shownRows = 10;
const shownTimelines = 3;

export function stageTable({ rows, folded }: TraceSummary, askedAt: number): Block[] {
  if (rows.length === 0) return [];
  const several = (key: (row: TraceRow) => string) => new Set(rows.map(key)).size > 1;
  const manySources = several(({ source }) => source);
  const manyDestinations = several(destinationText);
  const shown = rows.slice(0, shownRows);
  const hidden = rows.slice(shownRows);
  const rest = folded.attempts + hidden.reduce((sum, { attempts }) => sum + attempts, 0);
  return [
    {
      kind: "table",
      title: "How far they come",
      columns: [
        ...(manySources ? [{ title: "From" }] : []),
        ...(manyDestinations ? [{ title: "To" }] : []),
        { title: "Stage" },
        { title: "Node" },
        { title: "Attempts", align: "right" },
        { title: "Last" },
      ],
      rows: shown.map((row) => [
        ...(manySources ? [shorten(row.source)] : []),
        ...(manyDestinations ? [destinationText(row)] : []),
        row.reason === "" || row.stage === "no-backend" || row.stage === "name-expired"
          ? stageText(row)
          : `${stageText(row)}: ${reasonText(row.reason)}`,
        row.node === "" ? "–" : shorten(row.node),
        String(row.attempts),
        agoText(row.last, askedAt),
      ]),
      ...(rest > 0 && { folded: `${counted(rest, "more attempt")} not listed` }),
    },
  ];
}

/** What to look at, and why something is not known: a sentence for each. */
export function adviceBlocks(trace: TraceSummary): Block[] {
  const worst = worstOf(trace);
  const advice = worst && adviceText(worst);
  const open = trace.rows.filter(({ stage }) => stage === "unknown");
  const because = [...new Set(open.map(becauseText))];
  const count = trace.byStage.unknown ?? 0;
  return [
    ...(advice === undefined ? [] : [{ kind: "text", text: advice } as const]),
    ...(because.length === 0
      ? []
      : [
          {
            kind: "note",
            tone: "warn",
            text: `Cannot tell of ${counted(count, "attempt")}: ${listed(because)}.`,
          } as const,
        ]),
  ];
}

/** The newest of each stage, its two nodes side by side. */
export function timelines({ examples }: TraceSummary, askedAt: number): Block[] {
  return examples.slice(0, shownTimelines).map((example): Block => {
    const { events, time, stage } = example;
    const when = Date.parse(time);
    return {
      kind: "table",
      title: `${clockText(when, askedAt)} UTC, from port ${example.clientPort}: ${names[stage]}`,
      columns: [
        { title: "after", align: "right" },
        { title: sideTitle(example, "source") },
        { title: sideTitle(example, "destination") },
      ],
      rows: events.map((event) => [
        msText(event.at),
        event.side === "source" ? eventText(event) : "",
        event.side === "destination" ? eventText(event) : "",
      ]),
      ...(example.sameNode &&
        isOneSided(example) && { folded: "Both ends are on one node, which records a packet once" }),
    };
  });
}

function isOneSided({ sourceNode, destinationNode }: TraceExample): boolean {
  return sourceNode === "" || destinationNode === "";
}

function sideTitle({ sourceNode, destinationNode, sameNode }: TraceExample, side: "source" | "destination"): string {
  const node = side === "source" ? sourceNode : destinationNode;
  if (node !== "") return shorten(node);
  return sameNode ? `${side}: the same node` : `${side}: no record`;
}

function msText(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export function nameNotes({ names: asked, services, translated: snat = 0 }: TraceSummary): Block[] {
  const found = asked.some((name) => name.found > 0);
  const lookups = asked.map(({ name, missing, found: answered, refused }) => {
    const parts = [
      ...(answered > 0 ? [`${answered}× found`] : []),
      ...(missing > 0 ? [`${missing}× no such name`] : []),
      ...(refused > 0 ? [`${refused}× refused`] : []),
    ];
    return `${shorten(name)} ${parts.join(", ")}`;
  });
  const noise =
    found && asked.some(({ missing }) => missing > 0)
      ? ". What does not exist is the resolver's search path, and harmless"
      : "";
  const translated = services.map(
    ({ service, asked: all, translated: given }) => `${shorten(service)} ${given} of ${all}`,
  );
  return [
    ...(lookups.length === 0 ? [] : [{ kind: "note", text: `Lookups: ${lookups.join("; ")}${noise}.` } as const]),
    ...(translated.length === 0
      ? []
      : [
          {
            kind: "note",
            text: `Sockets that asked a service and were given a backend: ${translated.join("; ")}.`,
          } as const,
        ]),
    ...(snat === 0
      ? []
      : [
          {
            kind: "note",
            text: `${counted(snat, "attempt")} arrived with a node's address in place of the source's (SNAT): to the receiver's policies that node sent them.`,
          } as const,
        ]),
  ];
}
