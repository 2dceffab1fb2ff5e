/** Enum names in flow JSON → numbers. A number stays one; a name that this program does not know is 0, the enum's own "unknown". */
import { authNames, capturePoints, socketPoints } from "../../analysis/compact/words.ts";
import { reasons } from "../../analysis/reasons.ts";

const numbers = {
  Verdict: named("VERDICT_UNKNOWN FORWARDED DROPPED ERROR AUDIT REDIRECTED TRACED TRANSLATED"),
  TrafficDirection: named("TRAFFIC_DIRECTION_UNKNOWN INGRESS EGRESS"),
  FlowType: named("UNKNOWN_TYPE L3_L4 L7 SOCK"),
  L7FlowType: named("UNKNOWN_L7_TYPE REQUEST RESPONSE SAMPLE"),
  NodeState: named("UNKNOWN_NODE_STATE NODE_CONNECTED NODE_UNAVAILABLE NODE_GONE NODE_ERROR"),
  LostEventSource: named("UNKNOWN_LOST_EVENT_SOURCE PERF_EVENT_RING_BUFFER OBSERVER_EVENTS_QUEUE HUBBLE_RING_BUFFER"),
  AuthType: numbered(authNames),
  SocketTranslationPoint: numbered(socketPoints),
  DebugCapturePoint: new Map(capturePoints.map(({ number, name }) => [name, number])),
  DropReason: new Map(reasons.map((reason) => [reason.name, reason.number])),
} as const;

export function enumNumber(name: keyof typeof numbers, value: unknown): number {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : 0;
  return typeof value === "string" ? (numbers[name].get(value) ?? 0) : 0;
}

export const lostSources: readonly string[] = [...numbers.LostEventSource.keys()];

function named(names: string): ReadonlyMap<string, number> {
  return numbered(names.split(" "));
}

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, number) => [name, number]));
}
