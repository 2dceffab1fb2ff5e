/** The routes in words, for people in a channel: its own in full, of the others only that they are elsewhere. */
import type { Block, Message, Text } from "../message/message.ts";
import type { Words } from "./notification.ts";
import { matching, type Route } from "./routes.ts";

interface Where {
  readonly conversation: string;
  readonly clusters: readonly string[];
}

const mostRows = 50;

/** Null: all routes that lead here. Otherwise which of all routes an alert with these labels would take. */
export function routesMessage(routes: readonly Route[], labels: Words | null, where: Where): Message {
  if (routes.length === 0) {
    const hint = [
      "To have them here, set ",
      { code: "alerts.routes" },
      " and ",
      { code: "alerts.token" },
      " in the configuration.",
    ];
    return { tone: "info", title: "No alerts are routed anywhere", blocks: [{ kind: "note", text: hint }] };
  }
  return labels === null ? listed(routes, where) : tried(routes, labels, where);
}

function listed(routes: readonly Route[], where: Where): Message {
  const own = routes.map((route, index) => ({ route, index })).filter(({ route }) => leadsHere(route, where));
  const elsewhere = routes.length - own.length;
  const note = elsewhere === 0 ? [] : [{ kind: "note", text: `${elsewhere} other routes lead elsewhere.` } as const];
  if (own.length === 0) return { tone: "info", title: "No alerts come to this channel", blocks: note };
  const rows = own
    .slice(0, mostRows)
    .map(({ route, index }) => [String(index + 1), conditions(route), route.cluster ?? "by label"]);
  const table: Block = {
    kind: "table",
    columns: [{ title: "route", align: "right" }, { title: "alerts with" }, { title: "cluster" }],
    rows,
    ...(own.length > mostRows && { folded: `${own.length - mostRows} more routes` }),
  };
  return { tone: "info", title: `Alerts that come to this channel: ${own.length} routes`, blocks: [table, ...note] };
}

function tried(routes: readonly Route[], labels: Words, where: Where): Message {
  const taken = matching(alertOf(labels), routes);
  const typed = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const facts = { kind: "facts", facts: [{ name: "labels", value: { code: typed.join(",") } }] } as const;
  if (taken.length === 0) {
    return {
      tone: "warn",
      title: "No route takes that alert: it would be shown nowhere",
      blocks: [
        facts,
        { kind: "note", text: "Nothing was sent. For a route that needs annotations, type annotation:NAME=VALUE too." },
      ],
    };
  }
  return {
    tone: "good",
    title: `Taken by route ${taken.map(({ index }) => index + 1).join(" and ")} of ${routes.length}`,
    blocks: [
      facts,
      {
        kind: "table",
        columns: [{ title: "route", align: "right" }, { title: "because of" }, { title: "goes to" }],
        rows: taken.map(({ route, index }) => {
          const here = leadsHere(route, where);
          return [String(index + 1), here ? conditions(route) : "–", here ? "this channel" : "another channel"];
        }),
      },
      { kind: "note", text: "Nothing was sent." },
    ],
  };
}

const annotation = "annotation:";

/** What was typed for both is in one list. */
function alertOf(typed: Words): { readonly labels: Words; readonly annotations: Words } {
  const all = Object.entries(typed);
  const isLabel = ([name]: readonly [string, string]) => !name.startsWith(annotation);
  return {
    labels: Object.fromEntries(all.filter(isLabel)),
    annotations: Object.fromEntries(
      all.filter((one) => !isLabel(one)).map(([name, value]) => [name.slice(annotation.length), value]),
    ),
  };
}

function conditions({ match, matchAnnotations }: Route): Text {
  const words = [
    ...Object.entries(match).map(([name, value]) => `${name}=${value}`),
    ...Object.entries(matchAnnotations).map(([name, value]) => `annotation ${name}=${value}`),
  ];
  return words.length === 0 ? "anything" : words.join(", ");
}

/** A route may leave the workspace out. An operator's terminal sees all. */
function leadsHere({ channel }: Route, { conversation }: Where): boolean {
  const [, place = ""] = /^(?:slack|teams):(.*)$/.exec(channel) ?? [];
  return conversation.startsWith("terminal:") || conversation === channel || conversation.endsWith(`/${place}`);
}
