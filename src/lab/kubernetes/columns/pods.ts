/** Columns that `kubectl get pods` shows; the status is worked out of the containers' states as the real server does. */
import { count, field, items, type KubernetesObject, text } from "../object.ts";
import { ageColumn, type Column, column, nameColumn, orNone, wide } from "./column.ts";
import { since } from "./duration.ts";

export const podColumns: readonly Column[] = [
  nameColumn,
  column("Ready", "Containers that are ready, of all.", (object) => {
    const ready = states(object).filter((state) => field(state, "ready") === true).length;
    return `${ready}/${items(object, "spec", "containers").length}`;
  }),
  column("Status", "The aggregate status of the containers.", podStatus),
  column("Restarts", "How often containers were restarted.", restarts),
  ageColumn,
  wide("IP", "Address of the pod.", (object) => {
    const first = items(object, "status", "podIPs")[0];
    return orNone(text(first, "ip") || text(object, "status", "podIP"));
  }),
  wide("Node", "The node it runs on.", (object) => orNone(text(object, "spec", "nodeName"))),
  wide("Nominated Node", "The node it waits for.", (object) => orNone(text(object, "status", "nominatedNodeName"))),
  wide("Readiness Gates", "Further conditions of readiness.", (object) => {
    const gates = items(object, "spec", "readinessGates").map((gate) => text(gate, "conditionType"));
    const holds = items(object, "status", "conditions").filter((condition) => text(condition, "status") === "True");
    const met = gates.filter((gate) => holds.some((condition) => text(condition, "type") === gate));
    return gates.length === 0 ? "<none>" : `${met.length}/${gates.length}`;
  }),
];

function podStatus(object: KubernetesObject): string {
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  const overall = text(object, "status", "reason") || text(object, "status", "phase");
  return states(object).reduce<string>((reason, state) => containerReason(state) ?? reason, overall);
}

/** Undefined when the container just runs. */
function containerReason(state: unknown): string | undefined {
  const waiting = text(state, "state", "waiting", "reason");
  if (waiting !== "") return waiting;
  if (field(state, "state", "terminated") === undefined) return undefined;
  const signal = count(state, "state", "terminated", "signal");
  const unnamed = signal === 0 ? `ExitCode:${count(state, "state", "terminated", "exitCode")}` : `Signal:${signal}`;
  return text(state, "state", "terminated", "reason") || unnamed;
}

function restarts(object: KubernetesObject, now: number): string {
  const total = states(object).reduce<number>((sum, state) => sum + count(state, "restartCount"), 0);
  const ends = states(object).map((state) => text(state, "lastState", "terminated", "finishedAt"));
  const last = ends
    .filter((end) => end !== "")
    .sort()
    .at(-1);
  return total > 0 && last !== undefined ? `${total} (${since(last, now)} ago)` : String(total);
}

function states(object: KubernetesObject): readonly unknown[] {
  return items(object, "status", "containerStatuses");
}
