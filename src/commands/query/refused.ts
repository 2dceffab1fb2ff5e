/** Answers without asking anybody: the expression, or where and when it was asked, makes no question. */
import { listed } from "../../analysis/counted.ts";
import type { Problem } from "../../analysis/promql/check.ts";
import type { Block } from "../../message/message.ts";
import { whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { nearest } from "../nearest.ts";
import type { QueryArgs } from "./args.ts";
import { queryLine } from "./line.ts";
import { underlined } from "./place.ts";

export function grammarAnswer({ expression }: QueryArgs, { at, length, say, known }: Problem): Answer {
  const meant = known && nearest(expression.slice(at, at + length), known);
  const sentence = meant === undefined ? say : `${say} Did you mean ${meant}?`;
  return refused("query: the expression is not complete or not PromQL; nothing was asked", sentence, [
    { kind: "code", code: underlined(expression, at, length) },
  ]);
}

/** A range of samples, or a text, has no value that could be drawn over time. */
export function noLineAnswer(args: QueryArgs, type: "matrix" | "string"): Answer {
  const say =
    type === "string"
      ? "A text has no value over time. Leave out --since, or ask for a metric."
      : "Samples in [ ] have no value at a moment that could be drawn. Put a function around them, for example rate(…[5m]), or leave out --since.";
  return refused("query: this expression cannot be drawn over time; nothing was asked", say, [
    {
      kind: "actions",
      actions: [{ label: "without --since", command: queryLine({ ...args, since: null, stepMs: null }) }],
    },
  ]);
}

export function stepAnswer(args: QueryArgs, say: string): Answer {
  return refused("query: too many points; nothing was asked", say, [
    { kind: "actions", actions: [{ label: "without --step", command: queryLine({ ...args, stepMs: null }) }] },
  ]);
}

/** `query` of a whole cluster in a place where not all of it may be seen. */
export function hiddenAnswer(clusters: readonly string[]): Answer {
  return refused(
    "query: not here, where only some namespaces may be seen",
    `PromQL cannot be held to the namespaces that may be seen here of ${listed(clusters)}. Ask where everything may be seen, or type drops or observe, which show your namespaces.`,
    [],
  );
}

export function windowAnswer(args: QueryArgs): Answer {
  const lastHour = queryLine({
    ...args,
    since: { kind: "ago", ms: 3_600_000 },
    until: { kind: "ago", ms: 0 },
    stepMs: null,
  });
  return { message: whichTime("query", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

function refused(title: string, say: string, blocks: readonly Block[]): Answer {
  return {
    message: { tone: "warn", title, blocks: [{ kind: "text", text: say }, ...blocks] },
    result: { error: say },
    coverage: null,
    window: null,
    copyAs: [],
  };
}
