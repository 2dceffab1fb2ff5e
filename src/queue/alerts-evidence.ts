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
  const lines = [["drops", ask.summary] as const, ["file", ask.file] as const, ["maps", mapsLine(incident)] as const];
  for (const [part, line] of lines) {
    const refused = await askOne(incident, { id: `${name}-${part}`, text: line, silent: part === "maps" }, options);
    if (refused === undefined || part === "maps") continue;
    const facts = [
      { name: "asked", value: { code: line } },
      { name: "from", value: ask.from },
    ];
    const blocks = [{ kind: "text", text: refused } as const, { kind: "facts", facts } as const];
    await say(incident, `${name}-${part}-refused`, "Flows could not be asked for", blocks, options);
  }
}

/** Why it was refused; rejects where it was not taken, to be tried again. */
async function askOne(
  { conversation, key, episode, evidence, cluster }: Incident,
  { id, text, silent }: { readonly id: string; readonly text: string; readonly silent: boolean },
  { bindings: all, contact, clusters, dispatch }: EvidenceOptions,
): Promise<string | undefined> {
  const bindings = bindingsFor(all, { conversation, direct: false });
  const known = clustersOf(bindings, clusters);
  if (!known.includes(cluster))
    return `No entry of channels in the configuration lets this channel see ${cluster}. Ask ${contact}.`;
  const parsed = parseCommand(text, { clusters: known, defaultCluster: cluster });
  if (!parsed.ok) return parsed.say;
  const { command, args } = parsed;
  const named = command.namespaces?.(args) ?? [];
  const permitted = permit(bindings, {
    ...{ command: command.permittedAs ?? command.name, clusters: parsed.clusters, named, contact },
  });
  if (!permitted.ok) return permitted.say;
  const dispatched = await dispatch({
    key: `alert:${id}`,
    conversation,
    place: { under: subjectOf({ key, episode }), ...(silent && { silent }) },
    text,
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

/** For the verdict alone, which says so when it could not look. */
function mapsLine({ cluster }: Incident): string {
  return `top maps --cluster ${cluster}`;
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
