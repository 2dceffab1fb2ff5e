/** What somebody should know before applying a suggested policy, in words. */
import { counted, listed } from "../../analysis/counted.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { SuggestNote } from "../../policy/suggest/note.ts";

type Note = Extract<Block, { kind: "note" }>;

const most = 12;

export function suggestNotes(notes: readonly SuggestNote[]): Note[] {
  return notes.slice(0, most).map((note): Note => {
    const text = textOf(note);
    return quiet.has(note.kind) ? { kind: "note", text } : { kind: "note", tone: "warn", text };
  });
}

const quiet: ReadonlySet<SuggestNote["kind"]> = new Set(["host-passes", "silent", "http-left-out"]);

function textOf(note: SuggestNote): string {
  switch (note.kind) {
    case "target-others":
      return `No label tells the target from ${names(note.others)}: the policy would isolate that too. Give the target a label of its own first.`;
    case "peer-others":
      return `No label tells ${cutEnd(note.peer, 60)} from ${names(note.others)}: the rule lets these in as well.`;
    case "world":
      return `${note.addresses} outside addresses without a DNS name (${note.direction}): the rule allows all of the world there.`;
    case "denied-now":
      return `${counted(note.flows, "flow")} passed although the present policies deny them (audit mode, or the policies changed): left out. --audit allows them too.`;
    case "half":
      return `${counted(note.flows, "flow")} left, and the receiver's policies refused them: the rule lets them leave as now, no more.`;
    case "host-passes":
      return "Traffic from a pod's own node (health probes) always passes and needs no rule.";
    case "unwritable":
      return `${counted(note.flows, `${note.direction} flow`)} cannot be written as a rule: an unknown identity, no port, or a protocol that rules do not name.`;
    case "port-range":
      return `${counted(note.ports, "different port")} of one peer became the range ${note.range}, which allows more than was seen.`;
    case "peers-left-out":
      return `${counted(note.peers, `more ${note.direction} peer`)} left out: a policy has at most 100 here.`;
    case "silent":
      return `No ${note.direction} was seen: the policy says nothing about ${note.direction}, which stays as it is.`;
    case "assumed-dns":
      return "Rules by DNS name need a DNS rule, and no DNS server was seen: kube-system/kube-dns was taken. Check that.";
    case "http-left-out":
      return note.because === "many"
        ? `Port ${note.port}: too many different requests to list, so all are allowed.`
        : `Port ${note.port}: a request looks like it holds a secret, so none are listed and all are allowed.`;
  }
}

function names(others: readonly string[]): string {
  return others.length === 0 ? "others" : listed(others.map((name) => cutEnd(name, 60)));
}
