/**
 * The door: every request of a person in a chat comes through here. Who may ask what where is decided before anything is stored, in a quarter of a second
 * whatever Redis does, and each decision is one audit line.
 */
import { type Binding, bindingsFor, clustersOf, noBinding, permit } from "../access/access.ts";
import { redactText } from "../analysis/redact.ts";
import { parseCommand } from "../commands/grammar.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Ask, Audit, AuditLine, Reply, Take } from "../platforms/platform.ts";
import type { Buckets, Rate } from "../store/bucket.ts";
import type { Buttons } from "../store/buttons.ts";
import { within } from "./deadline.ts";
import { type Dispatch, notTaken } from "./dispatch.ts";
import { seconds } from "./outcome.ts";

export interface DoorOptions {
  readonly bindings: readonly Binding[];
  /** All clusters, in the configuration's order. */
  readonly clusters: readonly string[];
  /** Whom people should ask when something is not allowed: "#platform-team". */
  readonly contact: string;
  readonly perPerson: Rate;
  readonly buckets: Buckets;
  readonly buttons: Pick<Buttons, "find">;
  readonly dispatch: Dispatch;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Slack's is three seconds, a person's less: what is read before the work is stored, and the storing. */
const readMs = 80;
const storeMs = 150;

export function createDoor(options: DoorOptions): Take {
  const { audit, metrics, log } = options;
  return async (ask) => {
    const started = performance.now();
    let entry: Entry;
    try {
      entry = await admit(ask, options);
    } catch (error) {
      log.error({ err: error, kind: ask.kind }, "request not taken");
      entry = { reply: { status: "not_taken", say: notTaken }, reason: "redis" };
    }
    const { reply, ...facts } = entry;
    const platform = ask.conversation.slice(0, ask.conversation.indexOf(":"));
    const decision = reply.status === "working" ? "accepted" : reply.status;
    const { conversation, kind } = ask;
    audit({ platform, kind, decision, conversation, person: ask.place.person, ...facts });
    metrics.acknowledged.observe({ kind, status: reply.status }, (performance.now() - started) / 1000);
    return reply;
  };
}

type Entry = { readonly reply: Reply; readonly reason: string } & Pick<
  AuditLine,
  "command" | "clusters" | "text" | "id"
>;

async function admit(ask: Ask, options: DoorOptions): Promise<Entry> {
  const { contact } = options;
  const bindings = bindingsFor(options.bindings, ask);
  if (bindings.length === 0) return refusal("no_binding", noBinding(contact, ask.conversation, ask.direct));

  const [wait, text] = await within(
    readMs,
    Promise.all([
      options.buckets.take(`person:${ask.conversation.split("/")[0]}:${ask.place.person}`, options.perPerson),
      "text" in ask.asked ? { ok: true as const, text: ask.asked.text } : commandOf(ask.asked.button, ask, options),
    ]),
    "redis gave no reply about the person or the button",
  );
  if (wait > 0) {
    return refusal("rate_limited", `That was a lot at once. Ask again in ${seconds(Math.max(wait, 1_000))}.`);
  }
  if (!text.ok) return text.entry;

  const typed = redactText(text.text).slice(0, 200);
  const known = clustersOf(bindings, options.clusters);
  const parsed = parseCommand(text.text, { clusters: known, defaultCluster: known[0] ?? "", typed: true });
  if (!parsed.ok) return { ...refusal("bad_command", parsed.say), text: typed };

  const { command, args, clusters } = parsed;
  const facts = { command: command.name, clusters, text: typed };
  const named = command.namespaces?.(args) ?? [];
  const permitted = permit(bindings, { command: command.permittedAs ?? command.name, clusters, named, contact });
  if (!permitted.ok) return { ...refusal(permitted.reason, permitted.say), ...facts };

  const dispatched = await options.dispatch({
    key: ask.key,
    conversation: ask.conversation,
    place: ask.place,
    text: text.text,
    askedAt: ask.receivedAt,
    clusters: known,
    visible: permitted.visible,
    repeats: ask.repeats,
    patienceMs: storeMs,
  });
  if (dispatched.status === "working") {
    const { id } = dispatched;
    const where = parsed.private ? "Only you will see the answer." : "The answer comes here.";
    return { reply: { status: "working", say: `Working on it: ${parsed.text}. ${where}` }, reason: "ok", id, ...facts };
  }
  return { reply: dispatched, reason: dispatched.status === "not_taken" ? "redis" : "bad_command", ...facts };
}

/** What a pressed button asks: its value is an id that we gave out, and it works where it was shown. */
async function commandOf(
  id: string,
  ask: Ask,
  { buttons }: DoorOptions,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly entry: Entry }> {
  const button = await buttons.find(id);
  if (!button) {
    return { ok: false, entry: refusal("button_expired", "This button is too old. Type the command, or help.") };
  }
  if (button.conversation !== ask.conversation) {
    return {
      ok: false,
      entry: refusal("button_elsewhere", "This button belongs to another channel. Type the command here, or help."),
    };
  }
  return { ok: true, text: button.command };
}

function refusal(reason: string, say: string): Entry {
  return { reply: { status: "refused", say }, reason };
}
