/** What this answer could not know: sources that gave no answer or are not configured, and what they left out. */
import { panelNamed } from "../../analysis/catalogue/index.ts";
import { counted, listed as joined, numberText } from "../../analysis/counted.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Question, SourceName } from "../../sources/question.ts";
import { sourceTitles, troubleText } from "../drops/notes.ts";
import { type PanelKey, panels } from "./ask.ts";
import { relayCounts, type StatusView } from "./gather.ts";
import { allSources } from "./words.ts";

const longest = 320;
const mostNotes = 8;

const lacking: Readonly<Record<SourceName, string>> = {
  hubble: "Which nodes answer and how far back flows reach is not known.",
  prometheus: "Full maps, unreachable nodes and what agents lost in the last hour are not known.",
  kubernetes: "Whether nodes and agents are ready and policies valid is not known.",
};
const panelKeys = ["lost", "unreachable", "maps"] as const satisfies readonly PanelKey[];
const measured: Readonly<Record<PanelKey, string>> = {
  lost: "What agents lost in the last hour is not known",
  unreachable: "Whether agents reach each other is not known",
  maps: "How full maps are is not known",
};

/** Something that is asked for was not told: "nothing is wrong" is then as far as is known. */
export function isPartial(view: StatusView): boolean {
  return view.troubles.length > 0 || unknownTexts(view).length > 0;
}

export function unknownBlocks(views: readonly StatusView[]): Block[] {
  const loud = led(views, (view) => [...troubleTexts(view), ...unknownTexts(view)]);
  const quiet = led(views, skippedTexts);
  const more = loud.length - mostNotes;
  return [
    ...loud.slice(0, mostNotes).map((text): Block => ({ kind: "note", tone: "warn", text })),
    ...(more > 0
      ? [{ kind: "note", tone: "warn", text: `${counted(more, "more thing")} could not be known.` } as const]
      : []),
    ...quiet.slice(0, mostNotes).map((text): Block => ({ kind: "note", text })),
    ...scopeBlocks(views),
  ];
}

/** With the cluster's name, where there are several; each sentence once. */
function led(views: readonly StatusView[], textsOf: (view: StatusView) => readonly string[]): string[] {
  const texts = views.flatMap((view) =>
    textsOf(view).map((text) => cutEnd(views.length > 1 ? `${view.cluster}: ${text}` : text, longest)),
  );
  return [...new Set(texts)];
}

function troubleTexts({ troubles, sources }: StatusView): string[] {
  return troubles
    .filter(({ status }) => status !== "skipped")
    .map((trouble) => {
      const { question } = trouble;
      const what = sources[question.source] === "ok" ? lackingOf(question) : lacking[question.source];
      return `${troubleText(trouble)} ${what}`;
    });
}

/** Of a source that answered something else. */
function lackingOf(question: Question): string {
  if (question.ask === "agents") return "Whether nodes and agents are ready is not known.";
  if (question.ask === "policyRules") return "Policies that are not valid are not named.";
  const key = panelKeys.find((one) => question.ask === "panel" && question.panel === panels[one]);
  return key === undefined ? "" : `${measured[key]}.`;
}

function skippedTexts({ sources }: StatusView): string[] {
  return allSources
    .filter((source) => sources[source] === "skipped")
    .map((source) => `${sourceTitles[source]} is not configured. ${lacking[source]}`);
}

/** Of sources that answered. */
function unknownTexts({ relay, agents, policies, panels: found }: StatusView): string[] {
  const nodes = agents?.nodes;
  const listed = relay === undefined ? 0 : relayCounts(relay).total;
  const unmeasured = panelKeys.flatMap((key) => {
    const panel = found[key];
    return panel === undefined || panel.cannot === null || panel.quiet ? [] : [`${measured[key]}: ${panel.cannot}`];
  });
  // What the catalogue itself says of a panel is so everywhere.
  const warned = panelKeys.flatMap((key) => {
    const own = panelNamed(panels[key])?.ways.map(({ note }) => note) ?? [];
    return (found[key]?.notes ?? []).filter((note) => !own.includes(note));
  });
  // How the cluster is set up is not something that it lacks.
  const said = [...(relay?.notes ?? []), ...(agents?.notes ?? []), ...(policies?.notes ?? [])].filter(
    (note) => !note.startsWith("Policy enforcement: ") && !note.startsWith("Policies are only audited"),
  );
  return [
    ...said,
    ...(nodes && nodes.unknown > 0
      ? [`Kubernetes does not say of ${counted(nodes.unknown, "node")} whether they are ready.`]
      : []),
    ...(nodes && listed > 0 && listed < nodes.total
      ? [
          `Relay knows ${counted(listed, "node")}, Kubernetes ${numberText(nodes.total)}: of the others there are no flows.`,
        ]
      : []),
    ...unmeasured,
    ...new Set(warned),
  ];
}

function scopeBlocks(views: readonly StatusView[]): Block[] {
  const restricted = views.filter(({ visible }) => visible !== undefined);
  if (restricted.length === 0) return [];
  const names = [...new Set(restricted.flatMap(({ visible }) => visible ?? []))];
  const shown = names.slice(0, 5).map((name) => cutEnd(name, 63));
  const more = names.length > shown.length ? " and more" : "";
  const which =
    names.length === 0 ? "cluster-wide policies" : `policies of ${joined(shown)}${more} and cluster-wide ones`;
  return [{ kind: "note", text: `Only ${which} are named here; all of them are counted.` }];
}
