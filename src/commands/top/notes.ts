/** The small print: where the numbers are from, what would make them complete, what is left out. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import type { Block, Text } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { coverageNotes } from "../drops/coverage.ts";
import { absentNotes, askedNote, troubleNotes, unresolvedNotes } from "../drops/notes.ts";
import { visibleNotes } from "../drops/visible.ts";
import { shorten } from "../drops/words.ts";
import { amount, exactText } from "./counted.ts";
import type { TopView } from "./gather.ts";
import type { TopPicture } from "./picture.ts";
import { flowsOnly } from "./source.ts";
import { isCompared } from "./tables.ts";
import { type Labels, nodeText, rowText, slowRateText } from "./words.ts";

type Note = Extract<Block, { kind: "note" }>;

/** Longest sentence of a source that is repeated. */
const longest = 400;
const namedMaps = 8;
const toldNotes = 4;

export function notes(picture: TopPicture): Block[] {
  const { views, shared } = picture;
  const fromFlows = views.filter(
    ({ coverage, troubles }) => coverage !== undefined || troubles.some(({ question }) => question.source === "hubble"),
  );
  return [
    ...views.flatMap((view) => basisNotes(picture, view)),
    ...countedNotes(picture),
    ...reconciled(picture),
    ...noiseNotes(picture),
    ...comparedNotes(picture),
    ...foundNotes(picture),
    ...absentNotes(shared),
    ...unresolvedNotes(shared),
    ...(fromFlows.length > 0 ? troubleNotes(shared) : metricTroubles(picture)),
    ...(fromFlows.length > 0 ? coverageNotes({ ...shared, views: fromFlows }) : []),
    ...(picture.args.of === "maps" ? [] : visibleNotes(views)),
    askedNote(shared),
  ];
}

/** Why a cluster has no map operations to show, a sentence each. */
export function mapRefusals({ views, manyClusters }: TopPicture): string[] {
  return views.flatMap(({ cluster, visible, ranking, troubles }) => {
    if (visible !== undefined)
      return [
        `BPF maps belong to whole nodes, and of ${cluster} only some namespaces may be shown here. Ask where all of it may be seen.`,
      ];
    const said = ranking?.cannot ?? troubles.find(({ question }) => question.source === "prometheus")?.error.say;
    return said === undefined || said === null ? [] : [led(manyClusters, cluster, said)];
  });
}

/** Operations that fail are worth a line although others are busier. */
export function failingText({ views, metrics, manyClusters }: TopPicture): Text | undefined {
  const listedAlready = new Set(metrics.flatMap(({ rows }) => rows.map((row) => keyOf(row.cluster, row.labels))));
  const failing = views
    .flatMap(({ cluster, ranking }) => (ranking?.failing ?? []).map((row) => ({ ...row, cluster })))
    .filter((row) => !listedAlready.has(keyOf(row.cluster, row.labels)))
    .sort((a, b) => b.rate - a.rate)
    .slice(0, 3);
  if (failing.length === 0) return undefined;
  const each = failing.map(({ labels, rate, cluster }) => {
    const node = nodeText(labels);
    const place = [node, ...(manyClusters ? [cluster] : [])].filter((word) => word !== "").join(" in ");
    return `${rowText({ ...labels, outcome: "" })}${place === "" ? "" : ` on ${place}`} (${slowRateText(rate)})`;
  });
  return `Some operations fail: ${listed(each)}.`;
}

/** Maps that do not tell how full they are. */
export function unmeasuredNotes({ views, manyClusters }: TopPicture): Note[] {
  return views.flatMap(({ cluster, ranking }): Note[] => {
    const maps = ranking?.unmeasured ?? [];
    if (maps.length === 0) return [];
    const names = maps.slice(0, namedMaps).map(shorten);
    const more = maps.length > names.length ? [`${maps.length - names.length} more`] : [];
    const text = `How full these are is not known: ${listed([...names, ...more])}. Cilium does not report it for every map, and for policy maps only above 10%.`;
    return [{ kind: "note", text: led(manyClusters, cluster, text) }];
  });
}

/** Which of metrics and flows it is, and what would make it complete. */
function basisNotes(
  { args, manyClusters, flows }: TopPicture,
  { cluster, visible, ranking, troubles, flows: own }: TopView,
): Note[] {
  if (args.of === "maps") return [];
  const note = (text: string, tone?: "warn"): Note => ({
    kind: "note",
    ...(tone && { tone }),
    text: cutEnd(led(manyClusters, cluster, text), longest),
  });
  if (visible !== undefined)
    return [note("Metrics count the whole cluster and are not shown here: this is from flows.")];
  const instead = own === undefined ? "" : " This is from flows.";
  const because = flowsOnly(args);
  if (because !== undefined) return [note(`${because}${instead}`)];
  if (ranking === undefined)
    return troubles.some(({ status, question }) => status === "skipped" && question.source === "prometheus")
      ? [note(`No Prometheus is configured for ${cluster}.${instead}`)]
      : [];
  if (ranking.cannot !== null) return [note(`${ranking.cannot}${instead}`)];
  if (ranking.lacks !== null && !named(ranking.rows))
    return [
      note(
        `${(flows?.rows.length ?? 0) === 0 ? "" : "Who it was is from flows, which reach back less far than metrics. "}${ranking.lacks}`,
      ),
    ];
  return [
    note(`From the metric ${ranking.metric}: ${caveats[args.of]}`),
    ...(ranking.lacks === null ? [] : [note(ranking.lacks)]),
  ];
}

/** What was counted in flows, how exact that is, and what is in no row. */
function countedNotes({ args, flows }: TopPicture): Note[] {
  if (flows === undefined || flows.total === 0) return [];
  const { search } = flows;
  return [
    { kind: "note", text: exactText(args.of, flows) },
    ...(search === null
      ? []
      : [
          {
            kind: "note",
            text: [
              `${flows.bound === 0 ? "" : "At least "}${amount(search.queries, "dns")} ${search.queries === 1 ? "is" : "are"} search-path noise and in no row: before `,
              { code: shorten(search.name) },
              " was found, ",
              { code: shorten(search.example) },
              " was tried.",
            ],
          } satisfies Note,
        ]),
  ];
}

const caveats = {
  drops: "a packet that a policy denies is in it twice and counted once here.",
  talkers: "records of packets on their way, of which one packet makes several; answers count for who sends them.",
  ports: "records of packets on their way, by the port they were sent to; answers are left out.",
  dns: "queries.",
  http: "requests.",
} as const;

/** The agents' counters miss nothing, flows have the names: both, where both are there. */
function reconciled({ args, views, flows }: TopPicture): Note[] {
  const both = views.filter(
    (view) => view.ranking !== undefined && view.ranking.cannot === null && view.flows !== undefined,
  );
  if (args.of !== "drops" || flows === undefined || both.length === 0 || both.length < views.length) return [];
  if (flows.total === 0 && both.every(({ ranking }) => packetsOf(ranking) === 0)) return [];
  const packets = both.reduce((sum, { ranking }) => sum + packetsOf(ranking), 0);
  const counters = `The agents counted about ${counted(packets, "packet")}`;
  const seen = `flows show ${numberText(flows.total)}`;
  const why = flows.total < packets * 0.9 ? ", because they do not reach back that far or were lost" : "";
  return [{ kind: "note", text: `${counters}, ${seen}${why}.` }];
}

function packetsOf(ranking: TopView["ranking"]): number {
  if (ranking === undefined) return 0;
  const seconds = (ranking.covered.to - ranking.covered.from) / 1_000;
  return ranking.totals.reduce((sum, { rate }) => sum + rate * seconds, 0);
}

function noiseNotes({ args, views, flows }: TopPicture): Note[] {
  const isCounted = views.some(({ ranking }) => ranking !== undefined && ranking.cannot === null);
  const noise = flows?.noise ?? 0;
  if (args.of !== "drops" || (!isCounted && noise === 0)) return [];
  const what = isCounted
    ? "Normal noise, such as Unsupported L3 protocol, is"
    : `${counted(noise, "packet")} of normal noise`;
  return [{ kind: "note", text: [`${what} left out; `, { code: "drops --all" }, " lists it."] }];
}

function comparedNotes(picture: TopPicture): Note[] {
  if (picture.metrics.every(({ rows }) => rows.length === 0) || isCompared(picture)) return [];
  return [
    {
      kind: "note",
      text: `How it was in the ${picture.span} before is not known: there are no samples of all of that.`,
    },
  ];
}

/** What the source has to say about its numbers. */
function foundNotes({ views, manyClusters }: TopPicture): Note[] {
  return views.flatMap(({ cluster, ranking }) =>
    (ranking?.notes ?? [])
      .slice(0, toldNotes)
      .map((said): Note => ({ kind: "note", tone: "warn", text: cutEnd(led(manyClusters, cluster, said), longest) })),
  );
}

/** Where another cluster has answered; else they are the answer. */
function metricTroubles({ views, manyClusters, metrics }: TopPicture): Note[] {
  if (metrics.length === 0) return [];
  return views.flatMap(({ cluster, troubles, ranking, visible }): Note[] => {
    const said = [...troubles.map(({ error }) => error.say), ...(ranking?.cannot ? [ranking.cannot] : [])];
    const refused =
      visible === undefined ? [] : ["its maps are not shown here, because only some of its namespaces may be seen."];
    return [...said, ...refused].map((text) => ({
      kind: "note",
      tone: "warn",
      text: cutEnd(led(manyClusters, cluster, text), longest),
    }));
  });
}

function named(rows: readonly { readonly labels: Labels }[]): boolean {
  return rows.some(({ labels }) => labels["source"] !== undefined || labels["destination"] !== undefined);
}

function keyOf(cluster: string, { node, pod, map_name: map, operation, outcome }: Labels): string {
  return JSON.stringify([cluster, node, pod, map, operation, outcome]);
}

function led(manyClusters: boolean, cluster: string, text: string): string {
  return manyClusters ? `${cluster}: ${text}` : text;
}
