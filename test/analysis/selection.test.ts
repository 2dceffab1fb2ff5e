import { describe, expect, test } from "vitest";
import { compileFilters } from "../../src/analysis/filter-match.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import { createSelection, toFilters } from "../../src/analysis/selection.ts";
import type { Resolution, ResolvedTarget, Target } from "../../src/analysis/target.ts";
import { deathstar, endpoint, farDeathstar, http, makeFlow, world, xwing } from "../fixtures/flows/make.ts";
import { byName, deployment, everything, resolved } from "../fixtures/flows/select.ts";

const pod = (name: string, namespace = "default") => endpoint({ namespace, pod: name, identity: 4711 });

describe("a target that the cluster resolved", () => {
  const { wants, filters } = createSelection(byName, resolved, "drops");
  const server = compileFilters(filters.whitelist, filters.blacklist);
  const to = (fields: Partial<Flow>) => makeFlow(fields);

  test.each<[string, Flow]>([
    ["its workload on the reporting node", to({ destination: deathstar })],
    ["its pod as another node reports it", to({ destination: farDeathstar })],
    ["its pod as the source", to({ source: farDeathstar, destination: xwing })],
    ["a pod of its current ReplicaSet that is gone", to({ destination: pod("deathstar-8c4c77fb7-zzzzz") })],
    ["a pod of an old ReplicaSet", to({ destination: pod("deathstar-5d9c7b4f8-4lc96") })],
    [
      "an end that has its address and no name",
      to({ destination: endpoint({ identity: 0 }), destinationIp: "172.20.1.188" }),
    ],
    [
      "an end that has its identity and no name",
      to({ destination: endpoint({ identity: 55683 }), destinationIp: "172.20.9.9" }),
    ],
  ])("is %s", (_, flow) => {
    expect(wants(flow)).toBe(true);
    expect(server(flow)).toBe(true);
  });

  test.each<[string, Flow]>([
    ["a pod whose name begins with the same letters", to({ destination: pod("deathstar-proxy-6b8f9c7d5-abcde") })],
    ["a pod whose ReplicaSet begins with the same letters", to({ destination: pod("deathstar-8c4c77fb7a-abcde") })],
    ["a pod with more words behind the ReplicaSet", to({ destination: pod("deathstar-8c4c77fb7-canary-1") })],
    ["a pod of that name in another namespace", to({ destination: pod("deathstar-8c4c77fb7-dwnlx", "prod") })],
    [
      "a pod of another workload with the same identity",
      to({ destination: endpoint({ ...deathstar, pod: "copy-1", workload: { kind: "DaemonSet", name: "copy" } }) }),
    ],
    ["the node that it runs on", to({ destination: endpoint({ identity: 1 }), destinationIp: "172.20.1.188" })],
    ["somebody else", to({ destination: xwing })],
  ])("is not %s", (_, flow) => {
    expect(wants(flow)).toBe(false);
  });

  test("is asked for at either end, each by its own filter", () => {
    for (const filter of filters.whitelist) {
      const keys = Object.keys(filter);
      const atSource = keys.some((key) => key.startsWith("source"));
      const atDestination = keys.some((key) => key.startsWith("destination"));
      expect([atSource, atDestination].filter(Boolean)).toHaveLength(1);
    }
  });
});

test("a DaemonSet's gone pods are told from pods that only begin like it", () => {
  const daemonSet: ResolvedTarget = {
    ...deployment,
    target: { kind: "workload", workload: "DaemonSet", namespace: "default", name: "agent" },
    pods: [],
    podCount: 0,
    identities: [],
    workload: { kind: "DaemonSet", namespace: "default", name: "agent" },
    generations: ["agent"],
  };
  const { wants } = createSelection(
    { ...everything, target: daemonSet.target },
    { status: "resolved", target: daemonSet },
    "drops",
  );
  expect(wants(makeFlow({ destination: pod("agent-x7k2p") }))).toBe(true);
  expect(wants(makeFlow({ destination: pod("agent-proxy") }))).toBe(false);
  expect(wants(makeFlow({ destination: pod("agent-x7k2p-1") }))).toBe(false);
});

test("a service is its pods and its own address", () => {
  const service: ResolvedTarget = {
    ...deployment,
    target: { kind: "service", namespace: "default", name: "deathstar" },
    workload: undefined,
    generations: [],
  };
  const { wants, filters } = createSelection(
    { ...everything, target: service.target },
    { status: "resolved", target: service },
    "drops",
  );
  const toService = (name: string) =>
    makeFlow({
      destination: world,
      destinationIp: "10.96.202.102",
      destinationService: { namespace: "default", name },
    });
  expect(wants(toService("deathstar"))).toBe(true);
  expect(compileFilters(filters.whitelist, [])(toService("deathstar"))).toBe(true);
  expect(wants(toService("deathstar-2"))).toBe(false);
  expect(wants(makeFlow({ destination: farDeathstar }))).toBe(true);
});

describe("a target that nobody resolved", () => {
  const unresolved = (target: Target): Resolution => ({
    status: "unresolved",
    target,
    because: "Kubernetes is not configured",
  });
  const wants = (target: Target, flow: Flow) =>
    createSelection({ ...everything, target }, unresolved(target), "drops").wants(flow);
  const cases: readonly [string, Target, Partial<Flow>, boolean][] = [
    [
      "is a prefix of a pod's name",
      { kind: "name", namespace: undefined, name: "deathstar" },
      { destination: pod("deathstar-proxy-1") },
      true,
    ],
    [
      "is in namespace default unless it says where",
      { kind: "name", namespace: undefined, name: "deathstar" },
      { destination: pod("deathstar-1", "prod") },
      false,
    ],
    [
      "is the name of a workload",
      { kind: "name", namespace: undefined, name: "star" },
      { destination: endpoint({ namespace: "default", pod: "x", workload: { kind: "Deployment", name: "star" } }) },
      true,
    ],
    [
      "is the name of a service",
      { kind: "name", namespace: "shop", name: "checkout" },
      { destinationService: { namespace: "shop", name: "checkout" } },
      true,
    ],
    ["is a whole namespace", { kind: "namespace", name: "default" }, {}, true],
    ["is labels", { kind: "labels", selector: "org=empire" }, {}, true],
    ["is a CIDR", { kind: "cidr", cidr: "172.20.0.0/16" }, {}, true],
    ["is an address", { kind: "ip", ip: "172.20.1.18" }, {}, false],
    ["is an identity", { kind: "identity", identity: 37697 }, {}, true],
    [
      "is the world, also behind a CIDR identity",
      { kind: "reserved", name: "world", identity: 2 },
      { source: endpoint({ identity: 16_777_217, labels: ["cidr:1.2.3.4/32", "reserved:world"] }) },
      true,
    ],
    [
      "is the world, also its IPv4 half",
      { kind: "reserved", name: "world", identity: 2 },
      { source: endpoint({ identity: 9 }) },
      true,
    ],
    ["is a DNS name", { kind: "fqdn", name: "*.example.com" }, { destinationNames: ["api.example.com"] }, true],
  ];
  test.each(cases)("%s", (_, target, fields, expected) => {
    expect(wants(target, makeFlow(fields))).toBe(expected);
  });
});

describe("the kinds of records", () => {
  const { wants } = createSelection(everything, null, "drops");
  test.each<[string, Partial<Flow>, boolean]>([
    ["a dropped packet", {}, true],
    ["the verdict beside it", { eventType: 5 }, true],
    ["a refused request", { eventType: 129, type: 2, dropReason: 0, l7: http() }, true],
    [
      "the 403 that answers it",
      { verdict: 1, eventType: 129, type: 2, l7: http({ kind: "response", code: 403 }) },
      true,
    ],
    ["another answer", { verdict: 1, eventType: 129, type: 2, l7: http({ kind: "response", code: 404 }) }, false],
    ["a forwarded packet", { verdict: 1, eventType: 4 }, false],
  ])("drops: %s", (_, fields, expected) => {
    expect(wants(makeFlow(fields))).toBe(expected);
  });

  test("a drop reason leaves refused requests out, which have none", () => {
    const selection = createSelection({ ...everything, reasons: [133] }, null, "drops");
    expect(selection.wants(makeFlow())).toBe(true);
    expect(selection.wants(makeFlow({ dropReason: 181 }))).toBe(false);
    expect(selection.wants(makeFlow({ eventType: 129, dropReason: 0, l7: http() }))).toBe(false);
  });

  test("the answer to a request from A to B travels from B to A", () => {
    const selection = createSelection(
      { ...everything, from: { pod: ["xwing"] }, to: { pod: ["deathstar"] } },
      null,
      "drops",
    );
    const answer = { verdict: 1, eventType: 129, type: 2, direction: 2, l7: http({ kind: "response", code: 403 }) };
    expect(selection.wants(makeFlow({ ...answer, source: deathstar, destination: xwing }))).toBe(true);
    expect(selection.wants(makeFlow(answer))).toBe(false);
  });

  test("forwarded: trace events only, of both forwarding verdicts", () => {
    const forwarded = createSelection(everything, null, "forwarded");
    expect(forwarded.wants(makeFlow({ verdict: 1, eventType: 4 }))).toBe(true);
    expect(forwarded.wants(makeFlow({ verdict: 5, eventType: 4 }))).toBe(true);
    expect(forwarded.wants(makeFlow({ verdict: 1, eventType: 5 }))).toBe(false);
    expect(forwarded.wants(makeFlow())).toBe(false);
  });
});

describe("flags beside the target", () => {
  test("conditions on one end hold together, on whichever end", () => {
    const { wants } = createSelection({ ...everything, either: { label: ["org=empire"], port: [80] } }, null, "drops");
    expect(wants(makeFlow())).toBe(true);
    expect(wants(makeFlow({ source: deathstar, destination: xwing }))).toBe(false);
  });

  test("a namespace and a pod are one condition", () => {
    const filters = toFilters(
      { ...everything, from: { namespace: ["prod", "test"], pod: ["shop", "/cart"] } },
      null,
      "drops",
    );
    expect(filters.whitelist[0]?.sourcePod).toEqual(["prod/shop", "test/shop", "prod/cart", "test/cart"]);
  });

  test("a pod in another namespace than asked for is nothing at all", () => {
    const { wants, filters } = createSelection(
      { ...everything, from: { namespace: ["prod"], pod: ["default/xwing"] } },
      null,
      "drops",
    );
    expect(wants(makeFlow())).toBe(false);
    expect(compileFilters(filters.whitelist, [])(makeFlow())).toBe(false);
  });

  test("a target and a flag on the same field both hold on our side", () => {
    const select = { ...byName, to: { identity: [37711] } };
    const { wants } = createSelection(select, resolved, "drops");
    expect(wants(makeFlow({ source: deathstar, destination: xwing }))).toBe(true);
    expect(wants(makeFlow())).toBe(false);
  });
});
