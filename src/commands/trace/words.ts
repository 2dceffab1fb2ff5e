/** What each stage is called, and what it means. */
import { durationText } from "../../analysis/duration.ts";
import { reasonFromText } from "../../analysis/reasons.ts";
import type { Because, Stage, TraceEvent, TraceRow } from "../../analysis/trace/trace.ts";
import type { Tone } from "../../message/message.ts";
import { lowerFirst, reasonText, shorten } from "../drops/words.ts";

export const tones: Readonly<Record<Stage, Tone>> = {
  "dropped-at-source": "bad",
  "name-expired": "bad",
  "no-backend": "bad",
  lost: "bad",
  outside: "warn",
  "dropped-at-destination": "bad",
  unanswered: "bad",
  refused: "bad",
  "answer-dropped": "bad",
  answered: "good",
  established: "good",
  "l7-refused": "bad",
  unknown: "warn",
};

/** Behind "12 of 12 attempts": as many of them, for one `are`. */
export function fateText(row: TraceRow, one: boolean): string {
  const are = one ? "is" : "are";
  const [leave, arrive, get] = one ? ["leaves", "arrives", "gets"] : ["leave", "arrive", "get"];
  const why = row.reason === "" ? "" : ` (${lowerFirst(reasonText(row.reason))})`;
  const at = row.node === "" ? "" : ` ${shorten(row.node)}`;
  switch (row.stage) {
    case "dropped-at-source":
      return `never ${leave}${at}: dropped there on egress${why}`;
    case "name-expired":
      return `${are} dropped on${at || " egress"}${why}, up to ${lateText(row.lateMs)} after the TTL of ${shorten(row.name)} ended`;
    case "no-backend":
      return `${are} dropped on${at || " the source's node"}: the service has no backend`;
    case "lost":
      return `${leave} the source's node and never ${arrive}${at === "" ? "" : ` at${at}`}`;
    case "outside":
      return `${leave} the cluster, and no answer ${one ? "comes" : "came"} back`;
    case "dropped-at-destination":
      return `${arrive}${at === "" ? "" : ` at${at}`} and ${are} dropped there${why}`;
    case "unanswered":
      return `${arrive}${at === "" ? "" : ` at${at}`} and ${get} no answer`;
    case "refused":
      return `${are} refused by the destination (RST: nothing listens there)`;
    case "answer-dropped":
      return `${are} answered, and the answer is dropped${at === "" ? "" : ` on${at}`}${why}`;
    case "answered":
      return `${are} answered`;
    case "established":
      return `${are} established`;
    case "l7-refused":
      return `${are} established, and the proxy${at === "" ? "" : ` on${at}`} refuses a request (L7)`;
    case "unknown":
      return `${one ? "is" : "are"} lost from sight: ${becauseText(row)}`;
  }
}

/** In a cell. */
export function stageText({ stage, name, lateMs }: TraceRow): string {
  if (stage === "name-expired") return `TTL of ${shorten(name)} ended ${lateText(lateMs)} before`;
  return names[stage];
}

export const names: Readonly<Record<Stage, string>> = {
  "dropped-at-source": "never left, dropped",
  "name-expired": "DNS name expired, dropped",
  "no-backend": "service without backend",
  lost: "left, never arrived",
  outside: "left the cluster, no answer",
  "dropped-at-destination": "arrived, dropped",
  unanswered: "arrived, no answer",
  refused: "refused (RST)",
  "answer-dropped": "answer dropped",
  answered: "answered",
  established: "established",
  "l7-refused": "request refused (L7)",
  unknown: "cannot tell",
};

export function becauseText({ because, node }: { readonly because: Because; readonly node: string }): string {
  switch (because) {
    case "node":
      return `${node === "" ? "a node that may be its destination's" : shorten(node)} did not answer`;
    case "lost":
      return "events were lost or left out, and its own may be among them";
    case "reach":
      return "the other node's flows do not reach back to it";
    case "young":
      return "it is too young, its answer may be on its way";
    case "traces":
    case "":
      return "no packet of it was seen on its way";
  }
}

/** What to look at next; undefined where the numbers say all. */
export function adviceText({ stage, reason, name }: TraceRow): string | undefined {
  switch (stage) {
    case "lost":
      return "The source's node sent it towards the other node, which has no record: look at the network between the nodes (security groups, tunnel port 8472/UDP or 6081/UDP, MTU, routes).";
    case "unanswered":
      return "The packet reached the destination's side and nothing came back: look whether the process hangs, its queue is full, or the pod's own firewall drops it.";
    case "refused":
      return "Cilium let it through. Look whether the process listens on that port and on that address (not on 127.0.0.1 only), and at the Service's targetPort.";
    case "no-backend":
      return "Look at the Service's selector and at the readiness of its pods: kubectl get endpointslices says who stands behind it.";
    case "name-expired":
      return `A toFQDNs rule holds an address for as long as the answer of ${shorten(name)} lives. The program kept it longer: let it look the name up again, or raise the agents' tofqdns-min-ttl.`;
    case "outside":
      return "Nothing outside the cluster can be seen from here: look at masquerading, egress gateways, firewalls, and at the far end.";
    case "dropped-at-source":
    case "dropped-at-destination":
    case "answer-dropped": {
      const known = reasonFromText(reason);
      return known && known.kind !== "policy" ? `${known.meaning} ${known.next}` : undefined;
    }
    default:
      return undefined;
  }
}

const howTexts: Readonly<Record<TraceEvent["how"], string>> = {
  sent: "seen",
  left: "leaves",
  arrived: "arrives",
  dropped: "dropped",
  refused: "refused by the proxy",
};

export function eventText({ what, how, reason }: TraceEvent): string {
  return `${what} ${howTexts[how]}${reason === "" ? "" : `: ${reasonText(reason)}`}`;
}

function lateText(ms: number): string {
  return durationText(Math.max(1, Math.round(ms / 1_000)) * 1_000);
}
