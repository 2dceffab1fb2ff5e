import { describe, expect, test } from "vitest";
import type { FlowTuple } from "../../src/policy/engine/flow.ts";
import { compile } from "../../src/policy/engine/policy-set.ts";
import { verdict } from "../../src/policy/engine/verdict.ts";
import type { PolicyObject } from "../../src/policy/policy.ts";
import type { Settings } from "../../src/policy/settings.ts";
import { ccnp, cnp, knp, outside, pod, reserved } from "../support/policies.ts";

const deathstar = pod({ org: "empire", class: "deathstar" });
const tiefighter = pod({ org: "empire", class: "tiefighter" });
const xwing = pod({ org: "alliance", class: "xwing" });
const empire = { matchLabels: { org: "empire" } };
const target = { matchLabels: { org: "empire", class: "deathstar" } };
const port = (text: string, more: object = {}) => ({ ports: [{ port: text, protocol: "TCP" }], ...more });
const rule1 = cnp("rule1", { endpointSelector: target, ingress: [{ fromEndpoints: [empire], toPorts: [port("80")] }] });
const rule1L7 = cnp("rule1", {
  endpointSelector: target,
  ingress: [
    {
      fromEndpoints: [empire],
      toPorts: [port("80", { rules: { http: [{ method: "POST", path: "/v1/request-landing" }] } })],
    },
  ],
});

function ask(objects: readonly PolicyObject[], flow: Partial<FlowTuple>, settings: Partial<Settings> = {}) {
  return verdict(compile(objects, settings), { from: xwing, to: deathstar, protocol: "TCP", port: 80, ...flow });
}

describe("the Star Wars lab", () => {
  test("without policy everybody may land", () => {
    const { verdict: whole, ingress } = ask([], {});
    expect(whole).toBe("ALLOWED");
    expect(ingress).toMatchObject({ applies: true, enforced: false, selecting: [], deciding: [], nearest: null });
  });

  test("with rule1 a TIE fighter may land, by that rule", () => {
    const { verdict: whole, ingress, egress } = ask([rule1], { from: tiefighter });
    expect(whole).toBe("ALLOWED");
    expect(ingress.deciding).toEqual([
      { kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1", path: "spec.ingress[0]" },
    ]);
    expect(ingress.origin).toBe("CiliumNetworkPolicy/rule1");
    expect(egress).toMatchObject({ enforced: false, selecting: [] });
  });

  test("with rule1 an X-wing may not, for the label that it lacks", () => {
    const { verdict: whole, reason, ingress } = ask([rule1], {});
    expect([whole, reason]).toEqual(["DENIED", "default-deny"]);
    expect(ingress.selecting).toEqual([{ kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1" }]);
    expect(ingress.nearest).toEqual({
      rule: { kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1", path: "spec.ingress[0]" },
      failed: {
        kind: "label",
        member: "fromEndpoints",
        wanted: { source: "any", key: "org", operator: "In", values: ["empire"] },
        got: "alliance",
      },
      alsoFailed: null,
    });
  });

  test("the exhaust port is refused by the proxy, and the path is what failed", () => {
    const put = { method: "PUT", path: "/v1/exhaust-port" };
    const post = { method: "POST", path: "/v1/request-landing" };
    expect(ask([rule1L7], { from: tiefighter, http: post })).toMatchObject({ verdict: "ALLOWED", reason: null });
    const denied = ask([rule1L7], { from: tiefighter, http: put });
    expect(denied).toMatchObject({ verdict: "DENIED", reason: "l7", ingress: { redirect: "http", l7: "denied" } });
    expect(denied.ingress.nearest?.failed).toEqual({ kind: "http", field: "method", wanted: "POST", got: "PUT" });
    const elsewhere = ask([rule1L7], { from: tiefighter, http: { ...post, path: "/v1/exhaust-port" } });
    expect(elsewhere.ingress.nearest?.failed).toEqual({
      kind: "http",
      field: "path",
      wanted: "/v1/request-landing",
      got: "/v1/exhaust-port",
    });
  });

  test("without a request the connection itself is judged", () => {
    expect(ask([rule1L7], { from: tiefighter }).ingress).toMatchObject({
      verdict: "ALLOWED",
      redirect: "http",
      l7: null,
    });
  });
});

describe("the nearest rule says what failed", () => {
  const to = (item: object) => [cnp("p", { endpointSelector: target, ingress: [item] })];
  const out = (item: object) => [cnp("p", { endpointSelector: {}, egress: [item] })];
  const cases: [string, readonly PolicyObject[], Partial<FlowTuple>, object][] = [
    [
      "a port",
      to({ fromEndpoints: [empire], toPorts: [port("80")] }),
      { from: tiefighter, port: 8080 },
      { kind: "port", protocol: "TCP", wanted: ["80"], got: 8080 },
    ],
    [
      "a range of ports",
      to({ toPorts: [{ ports: [{ port: "80", endPort: 90, protocol: "TCP" }] }] }),
      { port: 91 },
      { kind: "port", protocol: "TCP", wanted: ["80-90"], got: 91 },
    ],
    [
      "a protocol",
      to({ toPorts: [port("80")] }),
      { protocol: "UDP" },
      { kind: "protocol", wanted: ["TCP"], got: "UDP" },
    ],
    [
      "a port's name",
      to({ toPorts: [port("web")] }),
      {},
      { kind: "named-port", wanted: "web", resolved: null, got: 80 },
    ],
    [
      "an ICMP type",
      to({ icmps: [{ fields: [{ type: 8 }] }] }),
      { protocol: "ICMPv4", port: 13 },
      { kind: "icmp-type", wanted: [8], got: 13 },
    ],
    [
      "a label that is missing",
      to({ fromEndpoints: [{ matchLabels: { role: "pilot" } }] }),
      {},
      {
        kind: "label",
        member: "fromEndpoints",
        wanted: { source: "any", key: "role", operator: "In", values: ["pilot"] },
        got: null,
      },
    ],
    [
      "the namespace",
      to({ fromEndpoints: [empire] }),
      { from: pod({ org: "empire" }, "endor") },
      {
        kind: "label",
        member: "fromEndpoints",
        wanted: { source: "k8s", key: "io.kubernetes.pod.namespace", operator: "In", values: ["default"] },
        got: "endor",
      },
    ],
    [
      "an entity",
      to({ fromEntities: ["world", "host"] }),
      {},
      { kind: "entity", member: "fromEntities", wanted: ["world", "host"] },
    ],
    [
      "CIDR against a pod",
      out({ toCIDR: ["10.0.0.0/8"] }),
      { to: { ...deathstar, ip: "10.0.0.1" } },
      { kind: "cidr-never-matches-pods", wanted: ["10.0.0.0/8"] },
    ],
    [
      "CIDR against a node",
      out({ toCIDR: ["10.0.0.0/8"] }),
      { to: { ...reserved("remote-node"), ip: "10.0.0.1" } },
      { kind: "cidr-never-matches-nodes", wanted: ["10.0.0.0/8"] },
    ],
    [
      "another CIDR",
      out({ toCIDR: ["10.0.0.0/8"] }),
      { to: outside("1.1.1.1") },
      { kind: "cidr", wanted: ["10.0.0.0/8"], got: "1.1.1.1" },
    ],
    [
      "an exception",
      out({ toCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }] }),
      { to: outside("10.1.2.3") },
      { kind: "cidr-except", wanted: "10.0.0.0/8", except: "10.1.0.0/16", got: "10.1.2.3" },
    ],
    [
      "a name",
      out({ toFQDNs: [{ matchName: "cilium.io" }] }),
      { to: outside("1.1.1.1", "example.com") },
      { kind: "fqdn", wanted: ["cilium.io"], got: ["example.com"] },
    ],
    [
      "a name against a pod",
      out({ toFQDNs: [{ matchName: "cilium.io" }] }),
      {},
      { kind: "fqdn-never-matches-pods", wanted: ["cilium.io"] },
    ],
    ["an empty entry", to({}), {}, { kind: "empty-item" }],
    ["an empty list", to({ fromEndpoints: [] }), {}, { kind: "empty-list", member: "fromEndpoints" }],
    ["groups", to({ fromGroups: [{ aws: {} }] }), {}, { kind: "groups", member: "fromGroups" }],
    [
      "no such service",
      out({ toServices: [{ k8sService: { serviceName: "x", namespace: "y" } }] }),
      {},
      { kind: "no-service", member: "toServices" },
    ],
    ["no port at all", to({ toPorts: [{}] }), {}, { kind: "no-ports" }],
  ];
  test.each(cases)("%s", (_, objects, flow, failed) => {
    const { egress, ingress } = ask(objects, flow);
    const side = egress.reason === null ? ingress : egress;
    expect(side.reason).toBe("default-deny");
    expect(side.nearest?.failed).toEqual(failed);
  });

  test("a rule for this peer on another port is nearer than one for this port and another peer", () => {
    const objects = [
      cnp("peer", { endpointSelector: target, ingress: [{ fromEndpoints: [empire], toPorts: [port("80")] }] }),
      cnp("port", {
        endpointSelector: target,
        ingress: [{ fromEndpoints: [{ matchLabels: { org: "alliance" } }], toPorts: [port("8080")] }],
      }),
    ];
    expect(ask(objects, {}).ingress.nearest).toMatchObject({ rule: { name: "port" }, alsoFailed: null });
  });

  test("both are told when both fail", () => {
    expect(ask([rule1], { port: 8080 }).ingress.nearest).toMatchObject({
      failed: { kind: "label" },
      alsoFailed: { kind: "port", wanted: ["80"], got: 8080 },
    });
  });

  test("nothing is near where no rule allows anything", () => {
    const deny = cnp("d", { endpointSelector: target, ingressDeny: [{}] });
    expect(ask([deny], {}).ingress).toMatchObject({
      reason: "default-deny",
      nearest: null,
      selecting: [{ name: "d" }],
    });
  });

  test("a DNS name that the proxy refuses", () => {
    const objects = out({
      toEndpoints: [{}],
      toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*.io" }] } }],
    });
    const { egress } = ask(objects, { port: 53, protocol: "UDP", dns: "example.com" });
    expect(egress).toMatchObject({
      reason: "l7",
      redirect: "dns",
      nearest: { failed: { kind: "dns", wanted: ["*.io"], got: "example.com" } },
    });
  });

  test("a header's value is never part of it", () => {
    const objects = to({ toPorts: [port("80", { rules: { http: [{ headers: ["X-Token: hunter2"] }] } })] });
    const { ingress } = ask(objects, { http: { method: "GET", path: "/", headers: { "x-token": "hunter3" } } });
    expect(JSON.stringify(ingress.nearest)).not.toContain("hunter");
    expect(ingress.nearest?.failed).toMatchObject({ field: "header", wanted: "x-token", got: "another value" });
  });
});

describe("what the sheets of vectors do not hold", () => {
  test("an explicit deny is named", () => {
    const deny = ccnp("no-xwings", {
      endpointSelector: {},
      ingressDeny: [{ fromEndpoints: [{ matchLabels: { org: "alliance" } }] }],
    });
    const open = knp("open", { podSelector: {}, ingress: [{}] });
    expect(ask([open, deny], {}).ingress).toMatchObject({
      reason: "explicit-deny",
      deciding: [{ name: "no-xwings", path: "spec.ingressDeny[0]" }],
      nearest: null,
    });
  });

  test("of two ranges the one is named whose block around the port is smaller", () => {
    const range = (name: string, low: string, high: number) =>
      cnp(name, {
        endpointSelector: target,
        ingress: [{ toPorts: [{ ports: [{ port: low, endPort: high, protocol: "TCP" }] }] }],
      });
    const objects = [range("two", "1000", 1001), range("hundred", "1001", 1100)];
    expect(ask(objects, { port: 1001 }).ingress.origin).toBe("CiliumNetworkPolicy/hundred");
    expect(ask(objects, { port: 1000 }).ingress.origin).toBe("CiliumNetworkPolicy/two");
  });

  test("an outside address and a node have no policy of their own", () => {
    expect(ask([rule1], { from: outside("1.1.1.1") }).egress).toMatchObject({
      applies: false,
      enforced: false,
      origin: "",
    });
    expect(ask([rule1], { to: reserved("remote-node") }).ingress).toMatchObject({ applies: false, verdict: "ALLOWED" });
  });

  test("a host policy counts with the host firewall only", () => {
    const host = { labels: ["reserved:host", "k8s:role=worker"] };
    const objects = [
      ccnp("h", { nodeSelector: { matchLabels: { role: "worker" } }, ingress: [{ fromEntities: ["cluster"] }] }),
    ];
    const flow = { from: outside("1.1.1.1"), to: host };
    expect(ask(objects, flow).verdict).toBe("ALLOWED");
    expect(ask(objects, flow, { hostFirewall: true }).verdict).toBe("DENIED");
    expect(ask(objects, { ...flow, from: xwing }, { hostFirewall: true }).verdict).toBe("ALLOWED");
  });

  test("mutual authentication is reported, and a mode that always fails denies", () => {
    const item = (mode: string) => [
      cnp("a", { endpointSelector: target, ingress: [{ fromEndpoints: [{}], authentication: { mode } }] }),
    ];
    expect(ask(item("required"), {})).toMatchObject({ verdict: "ALLOWED", ingress: { authentication: "required" } });
    expect(ask(item("test-always-fail"), {})).toMatchObject({ verdict: "DENIED", reason: "authentication" });
    const narrower = cnp("b", { endpointSelector: target, ingress: [{ fromEndpoints: [{}], toPorts: [port("80")] }] });
    expect(ask([...item("required"), narrower], {}).ingress.authentication).toBe("required");
  });

  test("modes of one selector and port that clash leave the endpoint with its old policy", () => {
    const item = (name: string, mode: string) =>
      cnp(name, { endpointSelector: target, ingress: [{ fromEndpoints: [{}], authentication: { mode } }] });
    expect(ask([item("a", "required"), item("b", "disabled")], {})).toMatchObject({
      verdict: "ERROR",
      reason: "policy-error",
      ingress: { conflict: "cannot merge conflicting authentication types (disabled/required)" },
    });
  });

  test("enforcement `never` allows all, `always` denies what nothing allows", () => {
    expect(ask([rule1], {}, { enforcement: "never" }).verdict).toBe("ALLOWED");
    expect(ask([], {}, { enforcement: "always" })).toMatchObject({ verdict: "DENIED", egress: { nearest: null } });
  });

  test("toServices reaches the pods behind a Service, or its addresses", () => {
    const objects = [
      cnp("s", {
        endpointSelector: {},
        egress: [
          {
            toServices: [
              { k8sService: { serviceName: "ds", namespace: "default" } },
              { k8sServiceSelector: { selector: { matchLabels: { ext: "y" } } } },
            ],
          },
        ],
      }),
    ];
    const services = [
      {
        namespace: "default",
        name: "ds",
        labels: {},
        selector: [{ source: "k8s", key: "class", operator: "In" as const, values: ["deathstar"] }],
        addresses: [],
      },
      { namespace: "default", name: "ext", labels: { ext: "y" }, selector: null, addresses: ["192.0.2.1"] },
    ];
    expect(ask(objects, {}, { services }).egress.verdict).toBe("ALLOWED");
    expect(ask(objects, { to: tiefighter }, { services }).egress.nearest?.failed).toMatchObject({ kind: "service" });
    expect(ask(objects, { to: outside("192.0.2.1") }, { services }).egress.verdict).toBe("ALLOWED");
    expect(ask(objects, { to: outside("192.0.2.2") }, { services }).egress.verdict).toBe("DENIED");
  });

  test("CIDR groups count by name and by label; one that is missing is empty", () => {
    const group = (entry: object) => [cnp("g", { endpointSelector: {}, egress: [{ toCIDRSet: [entry] }] })];
    const cidrGroups = [{ name: "office", labels: { site: "berlin" }, cidrs: ["192.0.2.0/24"] }];
    const flow = { to: outside("192.0.2.9") };
    expect(ask(group({ cidrGroupRef: "office" }), flow, { cidrGroups }).verdict).toBe("ALLOWED");
    expect(ask(group({ cidrGroupSelector: { matchLabels: { site: "berlin" } } }), flow, { cidrGroups }).verdict).toBe(
      "ALLOWED",
    );
    expect(ask(group({ cidrGroupRef: "office", except: ["192.0.2.8/29"] }), flow, { cidrGroups }).verdict).toBe(
      "DENIED",
    );
    expect(ask(group({ cidrGroupRef: "other" }), flow, { cidrGroups }).verdict).toBe("DENIED");
  });

  test("fromNodes needs its option", () => {
    const objects = [
      cnp("n", { endpointSelector: target, ingress: [{ fromNodes: [{ matchLabels: { zone: "a" } }] }] }),
    ];
    const node = { labels: ["reserved:remote-node", "node:zone=a"] };
    expect(compile(objects).refused[0]?.refusal.message).toContain("enable-node-selector-labels");
    expect(ask(objects, { from: node }, { nodeSelectorLabels: true }).verdict).toBe("ALLOWED");
    expect(ask(objects, {}, { nodeSelectorLabels: true }).verdict).toBe("DENIED");
  });

  test("CIDR rules match nodes where agents are told so", () => {
    const objects = [cnp("c", { endpointSelector: {}, egress: [{ toCIDR: ["10.0.0.0/8"] }] })];
    const flow = { to: { ...reserved("remote-node"), ip: "10.0.0.1" } };
    expect(ask(objects, flow).verdict).toBe("DENIED");
    expect(ask(objects, flow, { cidrMatchesNodes: true }).verdict).toBe("ALLOWED");
  });

  test("versions differ", () => {
    const empty = cnp("e", { endpointSelector: target, ingress: [] });
    expect(compile([empty], { minor: 17 }).refused).toEqual([]);
    expect(compile([empty], { minor: 18 }).refused).toHaveLength(1);
    const deep = [cnp("f", { endpointSelector: {}, egress: [{ toFQDNs: [{ matchPattern: "**.cilium.io" }] }] })];
    const flow = { to: outside("1.1.1.1", "a.b.cilium.io") };
    expect(ask(deep, flow, { minor: 18 }).verdict).toBe("DENIED");
    expect(ask(deep, flow, { minor: 19 }).verdict).toBe("ALLOWED");
    const requires = [
      cnp("r", { endpointSelector: target, ingress: [{ fromEndpoints: [{}], fromRequires: [empire] }] }),
    ];
    expect(ask(requires, {}, { minor: 18 }).verdict).toBe("DENIED");
    expect(ask(requires, {}, { minor: 19 }).verdict).toBe("ALLOWED");
    const extra = [
      cnp("l", {
        endpointSelector: target,
        enableDefaultDeny: { ingress: false },
        ingress: [{ toPorts: [port("80", { rules: { http: [{ method: "GET" }] } })] }],
      }),
    ];
    const put = { http: { method: "PUT", path: "/" } };
    expect(ask(extra, put, { minor: 18 }).verdict).toBe("ALLOWED");
    expect(ask(extra, put, { minor: 17 })).toMatchObject({ verdict: "DENIED", reason: "l7" });
  });
});
