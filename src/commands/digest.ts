/**
 * `digest`: what is different from the day before, now or every morning. Result of `now` and `preview`: as content/message.ts says; of the others `{}`, because subscriptions are
 * the store's and stand in the message.
 */
import type { Command, CommandContext, Step } from "./command.ts";
import type { DigestAct } from "./digest/act.ts";
import { DigestArgs, type ShowArgs } from "./digest/args.ts";
import { digestMessage, digestQuestions } from "./digest/content/message.ts";
import { deadlineMs, digestContext, lateNotes } from "./digest/context.ts";
import { digestFlags } from "./digest/flags.ts";
import { noneInTerminal, noTerminal } from "./digest/subscriptions-text.ts";

export const digest: Command<DigestArgs> = {
  name: "digest",
  summary: "Tell what is different from the day before, now or every morning",
  positionals: [
    {
      key: "verb",
      name: "now|preview|subscribe|unsubscribe|list",
      optional: true,
      doc: "now: at once (also when left out); preview: the same, and how to have it daily; subscribe: daily, here",
    },
    {
      key: "first",
      name: "TIME|ID",
      optional: true,
      doc: "for subscribe a time of day such as 09:00 or 9am, 09:00 when left out; for unsubscribe an id of digest list",
    },
    {
      key: "second",
      name: "ZONE",
      optional: true,
      doc: "a time zone such as Asia/Seoul, else UTC; for subscribe your own when left out, where it is known",
    },
  ],
  flags: digestFlags,
  examples: [
    "digest now",
    "digest subscribe 09:00 Asia/Seoul --weekdays",
    "digest subscribe 8am Europe/Berlin --weekly --namespace payments,ledger",
    "digest list",
  ],
  args: DigestArgs,
  deadlineMs,
  namespaces: (args) => ("namespaces" in args ? args.namespaces : []),
  step,
};

function step(context: CommandContext<DigestArgs>): Step {
  const { args } = context;
  switch (args.verb) {
    case "subscribe": {
      const { verb: _, ...wanted } = args;
      return performed({ do: "subscribe", ...wanted });
    }
    case "unsubscribe":
      return performed({ do: "unsubscribe", id: args.id });
    case "list":
      return performed({ do: "list" });
    case "now":
    case "preview":
      return show(args, context);
  }
}

/** Whoever has the subscriptions says what became of it; where nobody has them, as for one question in a terminal, this is said. */
function performed(act: DigestAct): Step {
  return {
    answer: {
      message: act.do === "subscribe" ? noTerminal : noneInTerminal,
      ...{ result: {}, coverage: null, window: null, copyAs: [], effects: [{ kind: "digest", act }] },
    },
  };
}

function show(args: ShowArgs, command: CommandContext<DigestArgs>): Step {
  const { askedAt, outcomes, round } = command;
  const context = digestContext(args, command);
  const questions = digestQuestions({ context, outcomes }, round);
  if (questions.length > 0) return { ask: questions };
  const { message, ...rest } = digestMessage({ context, outcomes });
  const blocks = [...lateNotes(args, askedAt), ...message.blocks, ...previewBlocks(args)];
  const { window, zone, clusters } = context;
  // An alert may be of any namespace: beside some of them it would mislead.
  const effects = args.namespaces.length > 0 ? [] : [{ kind: "digestAlerts", window, zone, clusters } as const];
  return { answer: { ...rest, message: { ...message, blocks }, window, effects } };
}

function previewBlocks(args: ShowArgs) {
  if (args.verb !== "preview") return [];
  const { zone, span, namespaces, clusters } = args;
  const command = [
    "digest subscribe 09:00",
    ...(zone === "UTC" ? [] : [zone]),
    ...(span === "week" ? ["--weekly"] : []),
    ...(namespaces.length > 0 ? [`--namespace ${namespaces.join(",")}`] : []),
    ...(clusters === undefined ? [] : [`--cluster ${clusters.join(",")}`]),
  ].join(" ");
  const often = span === "week" ? "every Monday" : "every morning";
  return [
    { kind: "text", text: `This is a preview; nobody is subscribed by it. To have it here ${often}:` } as const,
    { kind: "actions", actions: [{ label: "subscribe", command }] } as const,
  ];
}
