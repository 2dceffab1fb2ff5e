/** Flows for the tests of what is printed. */
import type { Flow, L7 } from "../../../src/analysis/flow.ts";
import type { FlowSink } from "../../../src/sources/hubble/decode.ts";
import { endpoint, http, makeFlow } from "../../fixtures/flows/make.ts";
import { randomFrom } from "../../fixtures/random.ts";

/** The one flow that a reader hands over. */
export function readFlow(read: (sink: FlowSink) => unknown): Flow {
  const flows: Flow[] = [];
  read({ flow: (flow) => flows.push(flow), nodes: () => undefined, lost: () => undefined });
  const [flow] = flows;
  if (flow === undefined) throw new Error("that was no flow");
  return flow;
}

const pieces = [
  "\n",
  "\r\n",
  "\t",
  "\u0000",
  "\u001b[31m",
  "\u009b",
  "\u007f",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\u00ad",
  "\ud800",
  "\udc00",
  "\u{e0041}",
  "\u{e0100}",
  "\ufe0f",
  "\u3164",
  "<!channel>",
  "<@U012345>",
  "@here",
  "*b*",
  "`",
  "```",
  "</script>",
  "a",
  "Ü",
  "漢",
  "🚀",
  " ",
  "/",
  ".",
  ":",
  "(",
  ")",
  "?x=1",
];

/** Every text in it is made of what strangers might try. */
export function hostileFlow(seed: number): Flow {
  const random = randomFrom(seed + 1);
  const text = () => Array.from({ length: random.below(8) }, () => random.pick(pieces)).join("");
  const end = () =>
    endpoint({ namespace: text(), pod: text(), labels: [text()], workload: { kind: text(), name: text() } });
  const records: readonly (L7 | undefined)[] = [
    undefined,
    http({ method: text(), url: `http://${text()}`, version: text(), headers: [{ key: text(), value: text() }] }),
    {
      kind: "request",
      latencyNs: 1,
      protocol: "dns",
      query: text(),
      rcode: 0,
      ips: [text()],
      cnames: [text()],
      qtypes: [text()],
      ttl: 1,
      observationSource: text(),
    },
    { kind: "response", latencyNs: 0, protocol: "kafka", apiKey: text(), topic: text(), errorCode: 0 },
  ];
  return makeFlow({
    node: text(),
    source: end(),
    destination: end(),
    sourceIp: text(),
    destinationIp: text(),
    sourceNames: [text(), text()],
    destinationNames: [text()],
    sourceService: { namespace: text(), name: text() },
    destinationService: random.chance(0.5) ? { namespace: text(), name: text() } : undefined,
    summary: text(),
    l7: random.pick(records),
    isReply: random.pick([true, false, undefined]),
    policyLog: [text()],
    eventType: random.pick([0, 1, 3, 4, 5, 7, 129]),
  });
}
