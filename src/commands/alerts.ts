/**
 * `alerts`: which alert goes to which channel, tried without sending anything. The routes are the configuration's, so that who has them answers. Result: `{ labels }` (null for
 * the list of routes).
 */
import { z } from "zod";
import { one, type Reader } from "./args.ts";
import type { Command } from "./command.ts";
import { shown } from "./words.ts";

export interface AlertsArgs {
  /** Labels of a made-up alert, and annotations with `annotation:` before their names; null: list the routes. */
  readonly labels: Readonly<Record<string, string>> | null;
}

const mostLabels = 20;
const usage = "Type for example: alerts test severity=critical namespace=payments";

export const alerts: Command<AlertsArgs> = {
  name: "alerts",
  summary: "List which alerts come to which channel, or try it with an alert's labels",
  positionals: [
    { key: "verb", name: "test", optional: true, doc: "try it; without it the routes are listed" },
    {
      key: "labels",
      name: "LABEL=VALUE,…",
      optional: true,
      doc: "the labels of the alert to try, with commas between them, such as alertname=CiliumAgentDown,severity=critical; annotation:NAME=VALUE is an annotation",
    },
  ],
  flags: [],
  examples: ["alerts", "alerts test severity=critical,namespace=payments"],
  args: z
    .object({ verb: one(verb).optional(), labels: one(labels).optional() })
    .transform((raw, context): AlertsArgs => {
      if ((raw.verb === undefined) === (raw.labels === undefined)) return { labels: raw.labels ?? null };
      context.addIssue({ code: "custom", path: ["verb"], message: `That needs the labels of an alert. ${usage}` });
      return z.NEVER;
    }),
  deadlineMs: 0,
  step: ({ args: { labels: given } }) => ({
    answer: {
      message: { tone: "warn", title: "No alerts are routed here", blocks: [] },
      result: { labels: given },
      coverage: null,
      window: null,
      copyAs: [],
      effects: [{ kind: "routes", labels: given }],
    },
  }),
};

function verb(text: string): ReturnType<Reader<"test">> {
  if (text.toLowerCase() === "test") return { ok: true, value: "test" };
  return { ok: false, say: `${shown(text)} is nothing that alerts can do. ${usage}` };
}

function labels(text: string): ReturnType<Reader<Readonly<Record<string, string>>>> {
  const pairs = text.split(",").map((pair) => /^\s*((?:annotation:)?[a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s.exec(pair));
  const wrong = pairs.indexOf(null);
  if (wrong >= 0) return { ok: false, say: `${shown(text.split(",")[wrong] ?? "")} is no label. ${usage}` };
  if (pairs.length > mostLabels) return { ok: false, say: `That is more than ${mostLabels} labels. Leave some out.` };
  return { ok: true, value: Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""])) };
}
