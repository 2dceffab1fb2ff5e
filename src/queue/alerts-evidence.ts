/**
 * What an alert asks goes the way of what a person asks: parsed, permitted by the channel's binding, dispatched, answered in the incident's thread. Its author is nobody in
 * the chat, so that whatever is refused is said in the thread.
 */
import { type Binding, bindingsFor, clustersOf, permit } from "../access/access.ts";
import { type Incident, subjectOf } from "../alerts/incident.ts";
import { parseCommand } from "../commands/grammar.ts";
import { BotError } from "../errors.ts";
import type { Block } from "../message/message.ts";
import type { Buckets, Rate } from "../store/bucket.ts";
import { lineOf } from "./alerts-line.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Deliver } from "./outbox.ts";

export interface EvidenceOptions {
  readonly bindings: readonly Binding[];
  readonly contact: string;
  readonly clusters: readonly string[];
  readonly buckets: Buckets;
  readonly dispatch: Dispatch;
  readonly deliver: Deliver;
}

/** Of one channel: each is two questions to Relay, and up to 7 MB. */
const rate: Rate = { burst: 5, perSecond: 10 / 60 };
const patienceMs = 5_000;

/** Safe to repeat: the same request is the same command. */
export async function askForEvidence(incident: Incident, options: EvidenceOptions): Promise<void> {
  const { conversation, ask, evidence } = incident;
  const name = `${subjectOf(incident)}:evidence-${evidence.due}`;
  if ((await options.buckets.take(`alert-evidence ${conversation}`, rate)) > 0) {
    const text = ["Too many alerts at once in this channel. To look, type: ", { code: ask.summary }] as const;
    return await say(incident, `${name}-left`, "Flows were not collected", [{ kind: "text", text }], options);
  }
  let isRefused = false;
  for (const asked of questionsFor(incident)) {
    const { part, line } = asked;
    // What only goes along with the flows is nothing without them.
    if (asked.aside && isRefused) continue;
    const refused = await askOne(incident, { id: `${name}-${part}`, ...asked }, options);
    if (refused === undefined || asked.aside) continue;
    isRefused ||= part === "drops";
    const facts = [
      { name: "asked", value: { code: asked.shown ?? line } },
      { name: "from", value: ask.from },
    ];
    const blocks = [{ kind: "text", text: refused } as const, { kind: "facts", facts } as const];
    await say(incident, `${name}-${part}-refused`, "Flows could not be asked for", blocks, options);
  }
}

interface Asked {
  readonly part: string;
  readonly line: string;
  /** The line for people, where it is another one. */
  readonly shown?: string;
  /** The answer is not shown. */
  readonly silent?: boolean;
  /** Nobody misses it: that it may not be asked is not told. */
  readonly aside?: boolean;
  /** The command whose permission is enough; its own unless told. */
  readonly permittedAs?: string;
}

function questionsFor({ ask, cluster }: Incident): Asked[] {
  // The same answer with the tests behind the verdict, for which nobody who types it waits.
  const summary = ask.summary.replace(/^drops\b/i, "verdict");
  const command = /^\w+/.exec(ask.summary)?.[0] ?? "";
  return [
    { part: "drops", line: summary, shown: ask.summary },
    { part: "file", line: ask.file },
    { part: "changes", line: changesLine(ask, cluster), aside: true },
    // For the verdict alone, which says so when it could not look.
    { part: "maps", line: `top maps --cluster ${cluster}`, silent: true, aside: true },
    // The rule's author chose the expression, not somebody in the channel: it needs no permission for `query`, only that all of the cluster may be seen, which the command itself looks at.
    ...(ask.picture === undefined
      ? []
      : [{ part: "picture", line: ask.picture, aside: true, permittedAs: command.toLowerCase() }]),
  ];
}

/** An hour, because an alert fires long after its cause. The target is the file's, where that has one. */
function changesLine({ file }: Incident["ask"], cluster: string): string {
  const [, target = ""] = /^capture ([^-\s]\S*)/.exec(file) ?? [];
  return ["changes", ...(target === "" ? [] : [target]), "--since 1h", `--cluster ${cluster}`].join(" ");
}

/** Why it was refused; rejects where it was not taken, to be tried again. */
async function askOne(
  { conversation, key, episode, evidence, cluster }: Incident,
  { id, line, shown = line, silent, permittedAs }: Asked & { readonly id: string },
  { bindings: all, contact, clusters, dispatch }: EvidenceOptions,
): Promise<string | undefined> {
  const bindings = bindingsFor(all, { conversation, direct: false });
  const known = clustersOf(bindings, clusters);
  if (!known.includes(cluster))
    return `No entry of channels in the configuration lets this channel see ${cluster}. Ask ${contact}.`;
  const where = { clusters: known, defaultCluster: cluster };
  // A refusal speaks of the line that people see.
  const readable = parseCommand(shown, where);
  if (!readable.ok) return readable.say;
  const parsed = parseCommand(line, where);
  if (!parsed.ok) return parsed.say;
  const { command, args } = parsed;
  const named = command.namespaces?.(args) ?? [];
  const permitted = permit(bindings, {
    ...{ command: permittedAs ?? command.permittedAs ?? command.name, clusters: parsed.clusters, named, contact },
  });
  if (!permitted.ok) return permitted.say;
  const dispatched = await dispatch({
    key: `alert:${id}`,
    conversation,
    place: { under: subjectOf({ key, episode }), ...(silent && { silent }) },
    text: line,
    // The moment it became due, so that a repeat asks the same.
    askedAt: Math.max(evidence.at, Date.now() - maxAgeMs),
    clusters: known,
    visible: permitted.visible,
    repeats: true,
    patienceMs,
  });
  if (dispatched.status === "not_taken") throw new BotError("UNREACHABLE", "evidence was not taken");
  return dispatched.status === "refused" ? dispatched.say : undefined;
}

const maxAgeMs = 60_000;

async function say(
  incident: Incident,
  id: string,
  title: string,
  blocks: readonly Block[],
  { deliver }: EvidenceOptions,
): Promise<void> {
  await deliver(lineOf(incident, id, { tone: "warn", title, blocks }));
}
