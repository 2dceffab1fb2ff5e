/**
 * What to ask when an alert fires, as command lines that a person could type. An alert's author may say it in an annotation; otherwise the target follows from
 * labels. Only looking is allowed, and every word made from a label is checked, because labels are written by strangers.
 */
import { reasonFromText } from "../analysis/reasons.ts";
import { rfc3339 } from "../analysis/time.ts";
import { expressionOf } from "./expression.ts";
import type { Alert, Words } from "./notification.ts";

export interface Evidence {
  /** `drops …`: the summary that the verdict is made of. */
  readonly summary: string;
  /** `capture …`: the same flows as a file. */
  readonly file: string;
  /** `expression …`: the picture of the alert's own expression; absent where the alert does not say which that is, and in what an older version has stored. */
  readonly picture?: string;
  /** Where the target comes from, for people: "annotation cilium_chatops", "labels namespace and workload". */
  readonly from: string;
}

const beforeMs = 5 * 60_000;
const captureFor = "30s";
const annotations = ["cilium_chatops", "ask"];
/** What an alert's author may ask for: `query` costs Prometheus whatever somebody wrote, and the others change something. */
const allowed = new Set(["drops", "observe"]);

/** The longest that is looked back, whenever the alert began: rings and recordings are short, and answers are late enough. */
const longestMs = 60 * 60_000;
/** A picture begins an hour before the alert, and is of six hours at most: `for` in a rule may be long. */
const [pictureBeforeMs, longestPictureMs] = [3_600_000, 6 * 3_600_000] as const;

/** `at`: epoch milliseconds of now. */
export function evidenceOf(alerts: readonly Alert[], cluster: string, at: number): Evidence {
  const firing = alerts.filter((alert) => alert.firing);
  const [first] = firing;
  const starts = firing.map(({ startsAt }) => startsAt).filter((time) => time > 0 && time <= at);
  const start = starts.reduce((left, right) => Math.min(left, right), at);
  const span = spanOf(Math.max(at - longestMs, start - beforeMs), cluster);
  const derived = targetOf(first?.labels ?? {});
  const asked = authored(first?.annotations ?? {});
  const where = asked?.target ?? derived.where;
  // A file of all flows shows what got through too; without a place it would be the whole cluster's.
  const file = ["capture", where || "--verdict DROPPED", span, "--for", captureFor].join(" ");
  const expression = expressionOf(firing);
  const pictureSpan = spanOf(Math.max(at - longestPictureMs, start - pictureBeforeMs), cluster);
  const picture = expression === undefined ? {} : { picture: `expression ${pictureSpan} -- ${expression}` };
  if (asked !== undefined)
    return {
      summary: hasSpan(asked.line) ? `${asked.line} --cluster ${cluster}` : `${asked.line} ${span}`,
      ...{ file, from: asked.from, ...picture },
    };
  const summary = ["drops", derived.where, derived.why, span].filter((word) => word !== "").join(" ");
  return { summary, file, from: derived.from, ...picture };
}

/** `from`: epoch milliseconds. */
function spanOf(from: number, cluster: string): string {
  return `--since ${rfc3339(Math.floor(from / 1_000) * 1_000)} --cluster ${cluster}`;
}

interface Authored {
  readonly line: string;
  /** TARGET, where it is a plain word. */
  readonly target: string | undefined;
  readonly from: string;
}

function authored(given: Words): Authored | undefined {
  for (const name of annotations) {
    const line = (Object.hasOwn(given, name) ? (given[name] ?? "") : "").trim();
    const [command = "", word = ""] = line.split(/\s+/, 2);
    if (line.length > 400 || !allowed.has(command.toLowerCase()) || /--cluster/i.test(line)) continue;
    const target = /^[a-z0-9][-a-z0-9./:]{0,252}$/i.test(word) ? word : undefined;
    return { line, target, from: `annotation ${name}` };
  }
  return undefined;
}

function hasSpan(line: string): boolean {
  return /--(since|last|until)\b/.test(line);
}

/** Label names that say where, the most telling first. */
const namespaces = ["namespace", "exported_namespace", "destination_namespace", "source_namespace"];
const things = [
  ...["workload", "destination_workload", "source_workload"].map((label) => ({ label, kind: "" })),
  { label: "deployment", kind: "deploy/" },
  { label: "statefulset", kind: "sts/" },
  { label: "daemonset", kind: "ds/" },
  ...["exported_pod", "destination_pod", "source_pod", "pod"].map((label) => ({ label, kind: "pod/" })),
  ...["exported_service", "service"].map((label) => ({ label, kind: "svc/" })),
];
const nodes = ["node", "kubernetes_node", "nodename"];
const name = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export interface Derived {
  /** `default/deathstar`, `ns/default`, `--node worker-1`, or "" where no label says where. */
  readonly where: string;
  /** `--reason POLICY_DENIED`, or "". */
  readonly why: string;
  /** For people: which labels said so. */
  readonly from: string;
}

export function targetOf(labels: Words): Derived {
  const value = (label: string) => (Object.hasOwn(labels, label) ? (labels[label] ?? "") : "");
  const is = (label: string) => name.test(value(label));
  const reason = reasonFromText(value("reason"));
  const why = reason === undefined ? "" : `--reason ${reason.name}`;
  const say = (where: string, by: readonly string[]): Derived => {
    const used = [...by, ...(why === "" ? [] : ["reason"])];
    return {
      where,
      why,
      from: used.length === 0 ? "no label says where: the whole cluster" : `labels ${used.join(", ")}`,
    };
  };
  // An agent's or the operator's own pod stands for its node, not for the traffic that was dropped.
  const isAgent = /^(cilium|hubble)(-|$)/.test(value("pod")) || value("k8s_app") === "cilium";
  const namespace = namespaces.find((label) => is(label) && !(isAgent && label === "namespace"));
  const thing = things.find(({ label }) => is(label) && !(isAgent && (label === "pod" || label === "service")));
  if (namespace && thing)
    return say(`${thing.kind}${value(namespace)}/${value(thing.label)}`, [namespace, thing.label]);
  if (namespace) return say(`ns/${value(namespace)}`, [namespace]);
  const node = nodes.find(is);
  return node === undefined ? say("", []) : say(`--node ${value(node)}`, [node]);
}
