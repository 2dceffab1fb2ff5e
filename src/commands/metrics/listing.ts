/** The catalogue itself: all of it by dashboard and row, one dashboard, what a search found, and what was perhaps meant. */
import { catalogue } from "../../analysis/catalogue/index.ts";
import { type Dashboard, dashboards, type Panel } from "../../analysis/catalogue/panel.ts";
import { counted } from "../../analysis/counted.ts";
import type { Action, Block, Message, Text } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { shown } from "../words.ts";
import type { Found } from "./find.ts";
import { resultOf } from "./result.ts";

/** Of a search, the best are listed. */
const mostHits = 20;
const mostButtons = 4;
const wellKnown = ["map-ops", "map-pressure", "policy-denied", "dns-errors"];

export function wholeCatalogue(): Answer {
  return answer(catalogue, {
    tone: "info",
    title: `metrics: ${counted(catalogue.length, "question")} of the dashboards that come with Cilium`,
    blocks: [
      {
        kind: "text",
        text: "Type metrics and a name. Other words search: metrics drops. The name of a dashboard shows its questions: metrics hubble.",
      },
      ...(Object.keys(dashboards) as Dashboard[]).flatMap(rowsOf),
      buttons(wellKnown),
    ],
  });
}

/** A heading, and for each row the names. */
function rowsOf(dashboard: Dashboard): Block[] {
  const own = catalogue.filter((panel) => panel.dashboard === dashboard);
  const rows = [...new Set(own.map(({ row }) => row))];
  return [
    { kind: "text", text: [{ strong: dashboards[dashboard] }, ` (${dashboard})`] },
    {
      kind: "facts",
      facts: rows.map((row) => ({ name: row, value: codes(own.filter((panel) => panel.row === row)) })),
    },
  ];
}

export function oneDashboard({ dashboard, panels }: Extract<Found, { kind: "dashboard" }>): Answer {
  return answer(panels, {
    tone: "info",
    title: `metrics ${dashboard}: ${counted(panels.length, "question")} of the dashboard ${dashboards[dashboard]}`,
    blocks: [...questions(panels), buttons(panels.map(({ name }) => name))],
  });
}

export function searchResult(typed: string, panels: readonly Panel[]): Answer {
  const listed = panels.slice(0, mostHits);
  return answer(listed, {
    tone: "info",
    title: `metrics ${shown(typed)}: ${counted(panels.length, "question")} found`,
    blocks: [...questions(listed, panels.length - listed.length), buttons(listed.map(({ name }) => name))],
  });
}

export function nothingFound(typed: string, meant: string | undefined): Answer {
  return answer([], {
    tone: "warn",
    title: `metrics ${shown(typed)}: nothing of that name${meant === undefined ? "" : `, did you mean ${meant}?`}`,
    blocks: [
      { kind: "text", text: "Type metrics alone to see all names, or another word to search for." },
      {
        kind: "actions",
        actions: [
          ...(meant === undefined ? [] : [{ label: meant, command: `metrics ${meant}` }]),
          { label: "all names", command: "metrics" },
        ],
      },
    ],
  });
}

function questions(panels: readonly Panel[], more = 0): Block[] {
  return [
    { kind: "facts", facts: panels.map(({ name, question }) => ({ name, value: question })) },
    ...(more > 0 ? [{ kind: "note", text: `${more} more: type more words to narrow it.` } as const] : []),
  ];
}

function buttons(names: readonly string[]): Block {
  const actions = names.slice(0, mostButtons).map((name): Action => ({ label: name, command: `metrics ${name}` }));
  return { kind: "actions", actions };
}

function codes(panels: readonly Panel[]): Text {
  return panels.flatMap(({ name }, at) => (at === 0 ? [{ code: name }] : [", ", { code: name }]));
}

function answer(panels: readonly Panel[], message: Message): Answer {
  return { message, result: resultOf(panels), coverage: null, window: null, copyAs: [] };
}
