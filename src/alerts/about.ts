/** What an alert's author says of it, and what its rule asks Prometheus: for whoever wants it explained. Written by strangers, so that it is bounded and redacted. */
import { redactText } from "../analysis/redact.ts";
import type { Alert, Notification, Words } from "./notification.ts";

export interface About {
  /** Each "" where it is not said. */
  readonly description: string;
  /** What to do: words, or a command of this bot. */
  readonly runbook: string;
  /** An http or https address. */
  readonly link: string;
  /** PromQL. */
  readonly expression: string;
}

export const nothingSaid: About = { description: "", runbook: "", link: "", expression: "" };

const longest = 1_000;

export function aboutOf(
  alerts: readonly Alert[],
  { commonAnnotations }: Pick<Notification, "commonAnnotations">,
): About {
  const first = alerts.find(({ firing }) => firing) ?? alerts[0];
  const said = { ...commonAnnotations, ...first?.annotations };
  const link = word(said, "runbook_url");
  return {
    description: short(word(said, "description") || word(said, "message")),
    runbook: short(word(said, "runbook")),
    link: /^https?:\/\//i.test(link) && URL.canParse(link) && link.length <= longest ? link : "",
    expression: short(expressionIn(first?.generatorUrl ?? "")),
  };
}

/** Prometheus links to its own page of the expression: `/graph?g0.expr=…`. Read, never fetched. */
function expressionIn(url: string): string {
  return URL.canParse(url) ? (new URL(url).searchParams.get("g0.expr") ?? "").trim() : "";
}

function word(words: Words, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? "").trim() : "";
}

function short(text: string): string {
  const safe = redactText(text);
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}
