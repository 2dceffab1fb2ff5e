import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Target } from "../../../src/analysis/target.ts";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { createRelay, type Relay } from "../../../src/lab/relay/create.ts";
import type { Faults } from "../../../src/lab/relay/faults.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { createHubble, type Hubble } from "../../../src/sources/hubble/client.ts";
import { type GetFlowsResponse, msTimestamp, type WireFlow } from "../../../src/sources/hubble/wire.ts";
import type { MapFinding, MapQuestion, TraceFinding, TraceQuestion } from "../../../src/sources/question.ts";
import { nodes, play, startRelay } from "../../fixtures/flows/relay.ts";

const now = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;
const window = { from: now - 5 * minute, to: now };
const world = createWorld({
  seed: 7,
  now,
  steps: [{ step: "l7", at: now - 20 * minute }],
  scenarios: ["paths", "webpod"],
});

let relay: Relay;
let hubble: Hubble;
beforeAll(async () => {
  relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  hubble = createHubble({ name: "lab", address: relay.address, tls: { enabled: false } });
});
afterAll(async () => {
  await hubble.close();
  await relay.close();
});

function target(text: string): Target {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.target;
}

async function ask(
  from: string,
  to: string,
  port: number | null = null,
  more: Partial<TraceQuestion> = {},
): Promise<TraceFinding> {
  const place = { source: "hubble", ask: "trace", cluster: "lab" } as const;
  const question = { ...place, from: target(from), to: target(to), window, port, protocol: "TCP", ...more };
  return (await hubble.answer(question, AbortSignal.timeout(20_000))) as TraceFinding;
}

async function withFault<Result>(faults: Partial<Faults>, use: () => Promise<Result>): Promise<Result> {
  const before = relay.faults();
  await relay.setFaults(faults);
  try {
    return await use();
  } finally {
    await relay.setFaults(before);
  }
}

/** Different connections in the world's own records of the pair, both nodes together: what the answer has to count. */
function portsOf(from: string, isServer: (ip: string, port: number) => boolean): number {
  const ports = new Set<string>();
  for (const { name } of world.nodes)
    for (const { flow } of world.flows(name, window.from, window.to)) {
      const { sourcePort = 0, destinationPort = 0 } = flow?.l4?.TCP ?? {};
      const isFrom = flow?.source?.podName === from && sourcePort > 0;
      const server = flow?.IP?.destination ?? "";
      if (isFrom && isServer(server, destinationPort)) ports.add(`${sourcePort} ${server}:${destinationPort}`);
    }
  return ports.size;
}

const rowOf = ({ trace }: TraceFinding) => trace?.rows[0];

describe("each planted way to break is named", () => {
  test("the path between the nodes is broken: it left and never arrived", async () => {
    const finding = await ask("hoth/scout", "hoth/outpost", 80);
    const attempts = portsOf("scout", (ip) => ip === "172.20.2.203");
    expect(attempts).toBeGreaterThan(30);
    expect(finding.trace?.byStage).toEqual({ lost: attempts });
    // Two SYNs each, seen on one node.
    expect(rowOf(finding)?.packets).toBeGreaterThanOrEqual(attempts * 2 - 1);
    expect(finding.trace?.examples[0]?.events.map(({ side, what, how }) => `${side} ${what} ${how}`)).toEqual([
      "source SYN left",
      "source SYN left",
    ]);
  });

  test("a service without endpoints", async () => {
    const finding = await ask("hoth/scout", "svc/hoth/shield", 80);
    const attempts = portsOf("scout", (ip) => ip === "10.96.88.41");
    expect(finding.trace?.byStage).toEqual({ "no-backend": attempts });
    expect(rowOf(finding)).toMatchObject({ destination: "svc/hoth/shield", reason: "SERVICE_BACKEND_NOT_FOUND" });
    expect(finding.trace?.services).toEqual([{ service: "hoth/shield", asked: attempts, translated: 0 }]);
  });

  test("policy on egress: it never left", async () => {
    const finding = await ask("hoth/droid", "hoth/generator", 80);
    const attempts = portsOf("droid", (ip) => ip === "172.20.2.204");
    expect(finding.trace?.byStage).toEqual({ "dropped-at-source": attempts });
    expect(rowOf(finding)).toMatchObject({ node: "k8s-w1", reason: "POLICY_DENIED" });
  });

  test("policy on ingress: it arrives, and is dropped on the node of each pod", async () => {
    const finding = await ask("default/xwing", "default/deathstar", 80);
    const attempts = portsOf("xwing", (ip) => ip === "172.20.1.188" || ip === "172.20.2.9");
    expect(finding.trace?.byStage).toEqual({ "dropped-at-destination": attempts });
    const { rows } = finding.trace ?? { rows: [] };
    expect(new Set(rows.map(({ node }) => node))).toEqual(new Set(["k8s-w1", "k8s-w2"]));
    // A SYN that leaves one node and is dropped on another is one, and its policy verdict is none.
    const isPair = ({
      source,
      destination,
      kind,
    }: {
      readonly source: string;
      readonly destination: string;
      readonly kind: string;
    }) => `${source} ${destination} ${kind}` === "default/xwing default/deathstar packet";
    expect(rows.reduce((sum, { packets }) => sum + packets, 0)).toBe(
      world.ledger(window.from, window.to).filter(isPair).length,
    );
  });

  test("a closed port: RST from the destination", async () => {
    const finding = await ask("hoth/scout", "hoth/generator", 8080);
    expect(finding.trace?.byStage).toEqual({ refused: portsOf("scout", (_, port) => port === 8080) });
    expect(rowOf(finding)?.node).toBe("k8s-w2");
    const open = await ask("hoth/scout", "hoth/generator", 80);
    expect(open.trace?.byStage).toEqual({
      established: portsOf("scout", (ip, port) => ip === "172.20.2.204" && port === 80),
    });
  });

  test("a DNS name that the agent has forgotten, by name and by address", async () => {
    for (const to of ["holonet.example.org", "198.51.100.7"]) {
      const { trace } = await ask("hoth/droid", to, 443);
      const expired = trace?.rows.find(({ stage }) => stage === "name-expired");
      expect(expired).toMatchObject({ name: "holonet.example.org", lateMs: 15_000, node: "k8s-w1" });
      expect(expired?.attempts).toBeGreaterThan(4);
      // While the answer lived they got through.
      expect(trace?.byStage.established).toBeGreaterThan(4);
      expect(trace?.attempts).toBe(portsOf("droid", (ip) => ip === "198.51.100.7"));
    }
  });

  test("a name that nobody has, with the whole search path", async () => {
    const { trace } = await ask("hoth/scout", "tauntaun.example.org", 443);
    expect(trace?.attempts).toBe(0);
    expect(trace?.names.map(({ name }) => name).toSorted()).toEqual([
      "tauntaun.example.org",
      "tauntaun.example.org.cluster.local",
      "tauntaun.example.org.hoth.svc.cluster.local",
      "tauntaun.example.org.svc.cluster.local",
    ]);
    expect(trace?.names.every(({ missing, found }) => missing > 20 && found === 0)).toBe(true);
  });

  test("a search path before a name that there is, and the policy that stops what follows", async () => {
    const { trace } = await ask("default/curl-pod", "www.example.com", 443);
    expect(Object.keys(trace?.byStage ?? {})).toEqual(["dropped-at-source"]);
    expect(trace?.names[0]).toMatchObject({ name: "www.example.com", missing: 0 });
    expect(trace?.names.slice(1).every(({ missing }) => missing > 0)).toBe(true);
  });

  test("a request that the proxy refuses, beside connections that are fine", async () => {
    const { trace } = await ask("default/tiefighter", "default/deathstar", 80);
    const refused = world.ledger(window.from, window.to).filter(({ kind }) => kind === "request").length;
    const all = portsOf("tiefighter", (ip) => ip === "172.20.1.188" || ip === "172.20.2.9");
    expect(trace?.byStage).toEqual({ "l7-refused": refused, established: all - refused });
    expect(trace?.services[0]).toMatchObject({ service: "default/deathstar" });
  });
});

describe("the other way is another question", () => {
  test.each([
    ["hoth/outpost", "hoth/scout"],
    ["default/deathstar", "default/xwing"],
    ["default/deathstar", "default/tiefighter"],
  ])("%s never connects to %s, which connects to it", async (from, to) => {
    const { trace } = await ask(from, to);
    expect(trace).toMatchObject({ attempts: 0, rows: [], services: [], reversed: true });
  });

  test("within one namespace each is the pair's", async () => {
    const { trace } = await ask("ns/hoth", "ns/hoth");
    const isHoth = (ip: string) => ip.startsWith("172.20.2.20") || ip === "10.96.88.41";
    expect(trace?.attempts).toBe(portsOf("scout", isHoth) + portsOf("droid", isHoth));
    expect(trace?.reversed).toBeUndefined();
  });

  test("a pair that connects as asked says nothing of it", async () => {
    for (const [from, to] of [
      ["hoth/scout", "hoth/generator"],
      ["hoth/scout", "svc/hoth/shield"],
    ] as const)
      expect((await ask(from, to)).trace?.reversed).toBeUndefined();
  });
});

describe("SNAT between the nodes", () => {
  const nodeIp = "192.168.10.101";
  const scout = { identity: 24_101, namespace: "hoth", podName: "scout" };
  const outpost = { identity: 24_103, namespace: "hoth", podName: "outpost" };
  const node = { identity: 6, labels: ["reserved:remote-node"] };
  const at = (after: number, nodeName: string, more: WireFlow): GetFlowsResponse => {
    const time = msTimestamp(now - minute + after);
    const flow = {
      time,
      nodeName,
      verdict: 1,
      Type: 1,
      source: scout,
      destination: outpost,
      isReply: { value: false },
    };
    return { flow: { ...flow, ...more }, nodeName, time };
  };
  const syn = { TCP: { sourcePort: 40_001, destinationPort: 80, flags: { SYN: true } } };
  const left = at(0, "k8s-w1", {
    ...{ eventType: { type: 4, subType: 11 }, trafficDirection: 2, l4: syn },
    IP: { source: "172.20.1.201", destination: "172.20.2.203", sourceXlated: nodeIp },
  });
  const arrived = at(1, "k8s-w2", {
    ...{ eventType: { type: 4, subType: 0 }, trafficDirection: 1, l4: syn, source: node },
    IP: { source: nodeIp, destination: "172.20.2.203" },
  });
  const answered = at(2, "k8s-w2", {
    ...{ eventType: { type: 4, subType: 11 }, trafficDirection: 1, source: outpost, destination: node },
    IP: { source: "172.20.2.203", destination: nodeIp },
    l4: { TCP: { sourcePort: 80, destinationPort: 40_001, flags: { SYN: true, ACK: true } } },
    isReply: { value: true },
  });

  test.each([
    ["in order", [left, arrived, answered]],
    ["the other node first", [arrived, answered, left]],
  ])("what left as the pod and arrived as its node is one connection, %s", async (_, flows) => {
    await using scripted = await startRelay({ flows: play(nodes("connected", ["k8s-w1", "k8s-w2"]), ...flows) });
    const other = createHubble({ name: "lab", address: scripted.address, tls: { enabled: false } });
    const question = { source: "hubble", ask: "trace", cluster: "lab", window, port: 80, protocol: "TCP" } as const;
    const ends = { from: target("hoth/scout"), to: target("hoth/outpost") };
    const { trace } = (await other.answer({ ...question, ...ends }, AbortSignal.timeout(20_000))) as TraceFinding;
    await other.close();
    expect(trace).toMatchObject({ attempts: 1, byStage: { answered: 1 }, translated: 1 });
    expect(trace?.examples[0]).toMatchObject({ source: "hoth/scout", sourceNode: "k8s-w1", destinationNode: "k8s-w2" });
    // The server is asked for what other nodes send to the destination, and for no more of theirs.
    const ofNodes = scripted.requests[0]?.whitelist?.filter(({ sourceIdentity }) => sourceIdentity?.includes(6));
    expect(ofNodes?.length).toBeGreaterThan(0);
    for (const filter of ofNodes ?? [])
      expect(Object.keys(filter).some((key) => key.startsWith("destination") && key !== "destinationIdentity")).toBe(
        true,
      );
  });
});

describe("what cannot be told is not told", () => {
  test("the destination's node does not answer", async () => {
    const { trace, coverage } = await withFault({ unavailableNodes: ["k8s-w2"] }, () =>
      ask("hoth/scout", "hoth/outpost", 80),
    );
    expect(coverage?.nodes.missing).toEqual(["k8s-w2"]);
    expect(Object.keys(trace?.byStage ?? {})).toEqual(["unknown"]);
    expect(trace?.rows[0]?.because).toBe("node");
  });

  test("events were lost", async () => {
    const losses = [{ node: "k8s-w2", count: 12, source: "HUBBLE_RING_BUFFER" as const }];
    const { trace } = await withFault({ losses }, () => ask("hoth/scout", "hoth/outpost", 80));
    expect(trace?.rows.map(({ stage, because }) => [stage, because])).toEqual([["unknown", "lost"]]);
  });

  test("where DNS answers may be missing, none is called expired", async () => {
    const all = (await ask("hoth/droid", "holonet.example.org", 443)).trace?.byStage ?? {};
    const denied = (all["name-expired"] ?? 0) + (all["dropped-at-source"] ?? 0);
    const losses = [{ node: "k8s-w1", count: 12, source: "HUBBLE_RING_BUFFER" as const }];
    const { trace } = await withFault({ losses }, () => ask("hoth/droid", "holonet.example.org", 443));
    expect(trace?.byStage).toEqual({ "dropped-at-source": denied, established: all.established });
    const dropped = trace?.rows.filter(({ stage }) => stage === "dropped-at-source") ?? [];
    expect(dropped).toMatchObject([{ attempts: denied, lateMs: 0, name: "holonet.example.org" }]);
    expect(trace?.examples.some(({ stage }) => stage === "name-expired")).toBe(false);
  });

  test("what was dropped was dropped, whoever is missing", async () => {
    const { trace } = await withFault({ unavailableNodes: ["k8s-w2"] }, () => ask("hoth/droid", "hoth/generator", 80));
    expect(Object.keys(trace?.byStage ?? {})).toEqual(["dropped-at-source"]);
  });
});

test("a place that may see one namespace is told of no other", async () => {
  expect((await ask("hoth/scout", "hoth/outpost", 80, { visible: ["default"] })).trace?.attempts).toBe(0);
  expect((await ask("hoth/scout", "hoth/outpost", 80, { visible: ["hoth"] })).trace?.attempts).toBeGreaterThan(30);
});

test("an end that is several things is asked back", async () => {
  const resolve = async (asked: Target) =>
    asked.kind === "name" && asked.name === "two"
      ? ({ status: "ambiguous", text: "two", candidates: ["a/two", "b/two"] } as const)
      : ({ status: "unresolved", target: asked, because: "test" } as const);
  const other = createHubble({ name: "lab", address: relay.address, tls: { enabled: false }, resolve });
  const question = { source: "hubble", ask: "trace", cluster: "lab", window, port: null, protocol: "TCP" } as const;
  const ends = { from: target("two"), to: target("hoth/outpost") };
  const finding = await other.answer({ ...question, ...ends }, AbortSignal.timeout(20_000));
  await other.close();
  expect(finding).toMatchObject({ trace: null, coverage: null, from: { status: "ambiguous" } });
});

describe("the map of the same flows", () => {
  const anything = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
  async function map(change: Partial<MapQuestion["select"]> = {}, all = false) {
    const select = { ...anything, ...change };
    const question = { source: "hubble", ask: "map", cluster: "lab", select, window, top: 200, all } as const;
    const { map: found } = (await hubble.answer(question, AbortSignal.timeout(20_000))) as MapFinding;
    return found?.edges ?? [];
  }
  const silent = (edges: Awaited<ReturnType<typeof map>>) =>
    edges
      .filter(({ unanswered }) => unanswered !== undefined)
      .map(({ source, destination, port }) => `${source} > ${destination}:${port}`);

  test("tells what never arrives from what passes, for the pairs that are lost to trace, and for no others", async () => {
    const edges = await map();
    expect(silent(edges)).toEqual(["hoth/scout > hoth/outpost:80"]);
    const lost = edges.find(({ destination }) => destination === "hoth/outpost");
    const { trace } = await ask("hoth/scout", "hoth/outpost", 80);
    expect(trace?.byStage).toEqual({ lost: trace?.attempts });
    expect(lost).toMatchObject({ flows: 0, dropped: 0, unanswered: trace?.rows[0]?.packets });
    // Also among those that are hidden.
    expect(silent(await map({}, true))).toEqual(["hoth/scout > hoth/outpost:80"]);
  });

  test("where the server's node is away what that drops has no answer either, and all others have: answers come back", async () => {
    const edges = await withFault({ unavailableNodes: ["k8s-w2"] }, () => map());
    expect(edges.length).toBeGreaterThan(5);
    // The pod of deathstar on that node, whose policy denies it.
    expect(silent(edges).sort()).toEqual([
      expect.stringMatching(/^default\/xwing > default\/deathstar-[-a-z0-9]+:80$/),
      "hoth/scout > hoth/outpost:80",
    ]);
  });

  test.each([
    ["one direction", { directions: [2] }],
    ["one node", { nodes: ["k8s-w1"] }],
    ["senders", { from: { namespace: ["hoth"] } }],
    ["servers' ports", { to: { port: [80] } }],
  ])("claims nothing where %s alone were asked for, which leaves answers out", async (_, change) => {
    const edges = await map(change);
    expect(edges.length).toBeGreaterThan(0);
    expect(silent(edges)).toEqual([]);
  });
});
