/** Too many groups at once in one channel: one message for all of them, and at the end a table of every one as a file. */
import { rfc3339 } from "../analysis/time.ts";
import type { Block, Message } from "../message/message.ts";
import { nameWithoutPlace } from "./describe.ts";
import type { Incident } from "./incident.ts";

/** What a storm remembers of each group. */
export interface Member {
  readonly title: string;
  readonly where: string;
  readonly cluster: string;
  readonly severity: string;
  readonly firing: boolean;
  readonly alerts: number;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly endedAt: number;
}

export function memberOf({ title, listed, cluster, severity, state, alerts, since, endedAt }: Incident): Member {
  return {
    ...{ title: nameWithoutPlace(title), where: listed[0]?.where ?? "", cluster, severity, since, endedAt },
    firing: state === "firing",
    alerts: Object.keys(alerts).length,
  };
}

export function stormSubject(conversation: string, storm: string): string {
  return `storm:${conversation}:${storm}`;
}

export function stormMessage(members: readonly Member[], isOver: boolean): Message {
  const firing = members.filter((member) => member.firing).length;
  const states = `${firing} firing, ${members.length - firing} resolved`;
  return {
    tone: firing > 0 ? "bad" : "good",
    title: `${isOver ? "Alert storm, over" : "Alert storm"}: ${members.length} groups of alerts, ${states}`,
    blocks: [
      {
        kind: "text",
        text: isOver
          ? "No new group for two minutes. The file in this thread has all of them; alerts from now on get their own threads again."
          : "Too many at once for a thread each. All of them are counted here; when it is calm a file with every one comes into this thread.",
      },
      table("by alert", members, ({ title }) => title),
      table("by namespace or node", members, ({ where }) => where.split("/", 1)[0] || "not said"),
      table("by severity", members, ({ severity }) => severity || "not said"),
    ],
  };
}

const beforeMs = 5 * 60_000;

/** What was dropped since shortly before the storm, in the cluster that most of it is about; its one namespace, where it has one. `storm`: epoch milliseconds of its begin. */
export function stormQuestion(
  members: readonly Member[],
  storm: number,
): { readonly cluster: string; readonly line: string } {
  const cluster = mostOf(members.map((member) => member.cluster));
  const namespaces = new Set(members.filter((member) => member.cluster === cluster).map(namespaceOf));
  const [only = ""] = namespaces.size === 1 ? namespaces : [];
  const since = `--since ${rfc3339(Math.floor((storm - beforeMs) / 1_000) * 1_000)} --cluster ${cluster}`;
  return { cluster, line: only === "" ? `drops ${since}` : `drops ns/${only} ${since}` };
}

/** "" where its place is a node, or nothing that a namespace may be called. */
function namespaceOf({ where }: Member): string {
  const [namespace = "", thing] = where.split("/", 2);
  return thing !== undefined && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace) ? namespace : "";
}

function mostOf(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ["", 0] as [string, number])[0];
}

const mostRows = 10;

function table(title: string, members: readonly Member[], keyOf: (member: Member) => string): Block {
  const counts = new Map<string, { firing: number; resolved: number }>();
  for (const member of members) {
    const count = counts.get(keyOf(member)) ?? { firing: 0, resolved: 0 };
    count[member.firing ? "firing" : "resolved"]++;
    counts.set(keyOf(member), count);
  }
  const rows = [...counts].sort(
    ([leftKey, left], [rightKey, right]) =>
      right.firing - left.firing || right.resolved - left.resolved || (leftKey < rightKey ? -1 : 1),
  );
  return {
    kind: "table",
    title,
    columns: [{ title: "" }, { title: "firing", align: "right" }, { title: "resolved", align: "right" }],
    rows: rows.slice(0, mostRows).map(([key, { firing, resolved }]) => [key, String(firing), String(resolved)]),
    ...(rows.length > mostRows && { folded: `${rows.length - mostRows} more` }),
  };
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is led by an apostrophe. */
export function stormCsv(members: readonly Member[]): string {
  const lines = members.map(({ title, where, cluster, severity, firing, alerts, since, endedAt }) => [
    ...[title, where, cluster, severity, firing ? "firing" : "resolved", String(alerts)],
    ...[since, endedAt].map((time) => (time > 0 ? new Date(time).toISOString() : "")),
  ]);
  const head = ["alert", "where", "cluster", "severity", "state", "alerts", "since", "ended"];
  return `${[head, ...lines.sort()].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
