import { describe, expect, test } from "vitest";
import { decide } from "../../src/policy/engine/decide.ts";
import { compile } from "../../src/policy/engine/policy-set.ts";
import type { PolicyObject } from "../../src/policy/policy.ts";
import { ccnp, cnp, knp, pod } from "../support/policies.ts";

const web = { matchLabels: { app: "web" } };
const ingress = (entry: unknown) => ({ endpointSelector: web, ingress: [entry] });
const ports = (...list: readonly unknown[]) => ingress({ toPorts: list });

function messages(objects: readonly PolicyObject[]): (string | undefined)[] {
  return compile(objects).refused.map(({ refusal }) => refusal.message);
}

describe("a Cilium policy that is refused", () => {
  test.each<[string, unknown, string]>([
    ["no object", "text", 'spec: Invalid value: "string": spec in body must be of type object: "string"'],
    ["a list as spec", [], 'spec: Invalid value: "array": spec in body must be of type object: "array"'],
    [
      "a text as section",
      { endpointSelector: web, ingress: "all" },
      'spec.ingress: Invalid value: "string": spec.ingress in body must be of type array: "string"',
    ],
    [
      "a number as entry",
      ingress(7),
      'spec.ingress[0]: Invalid value: "number": spec.ingress[0] in body must be of type object: "number"',
    ],
    [
      "no selector",
      { ingress: [{}] },
      "Invalid CiliumNetworkPolicy spec: rule must have one of EndpointSelector or NodeSelector",
    ],
    [
      "both selectors",
      { endpointSelector: {}, nodeSelector: {}, ingress: [{}] },
      "Invalid CiliumNetworkPolicy spec: rule cannot have both EndpointSelector and NodeSelector",
    ],
    [
      "two kinds of peers",
      ingress({ fromEndpoints: [{}], fromCIDR: ["10.0.0.0/8"] }),
      "Invalid CiliumNetworkPolicy spec: combining FromEndpoints and FromCIDR is not supported yet",
    ],
    [
      "a bad CIDR",
      ingress({ fromCIDR: ["10.0.0.0/99"] }),
      'spec.ingress[0].fromCIDR[0]: Invalid value: "10.0.0.0/99": spec.ingress[0].fromCIDR[0] in body must be of type cidr: "10.0.0.0/99"',
    ],
    [
      "a bare address",
      ingress({ fromCIDR: ["8.8.8.8"] }),
      'spec.ingress[0].fromCIDR[0]: Invalid value: "8.8.8.8": spec.ingress[0].fromCIDR[0] in body must be of type cidr: "8.8.8.8"',
    ],
    [
      "an exception outside",
      ingress({ fromCIDRSet: [{ cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] }] }),
      "Invalid CiliumNetworkPolicy spec: allow CIDR prefix 10.0.0.0/8 does not contain exclude CIDR prefix 11.0.0.0/16",
    ],
    [
      "a CIDR set of nothing",
      ingress({ fromCIDRSet: [{}] }),
      "Invalid CiliumNetworkPolicy spec: one of cidr, cidrGroupRef, or cidrGroupSelector is required",
    ],
    [
      "a port as number",
      ports({ ports: [{ port: 80 }] }),
      'spec.ingress[0].toPorts[0].ports[0].port: Invalid value: "number": spec.ingress[0].toPorts[0].ports[0].port in body must be of type string: "number"',
    ],
    [
      "a port too high",
      ports({ ports: [{ port: "70000" }] }),
      'spec.ingress[0].toPorts[0].ports[0].port: Invalid value: "70000": must be a port number or a port name',
    ],
    [
      "a protocol that is none",
      ports({ ports: [{ port: "80", protocol: "tcp" }] }),
      'spec.ingress[0].toPorts[0].ports[0].protocol: Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP", "ICMP", "ICMPV6", "ICMPv6", "VRRP", "IGMP", "ANY"',
    ],
    [
      "too many ports",
      ports({ ports: Array.from({ length: 41 }, (_, port) => ({ port: `${port + 1}` })) }),
      "spec.ingress[0].toPorts[0].ports: Too many: 41: must have at most 40 items",
    ],
    [
      "HTTP over UDP",
      ports({ ports: [{ port: "80", protocol: "UDP" }], rules: { http: [{}] } }),
      "Invalid CiliumNetworkPolicy spec: L7 rules can only apply to TCP (not UDP) except for DNS rules",
    ],
    [
      "two L7 kinds",
      ports({ ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{}], kafka: [{}] } }),
      "Invalid CiliumNetworkPolicy spec: multiple L7 protocol rule types specified in single rule",
    ],
    [
      "a DNS pattern with other characters",
      { endpointSelector: web, egress: [{ toFQDNs: [{ matchPattern: "a(b" }] }] },
      'Invalid CiliumNetworkPolicy spec: Invalid characters in MatchPattern: "a(b". Only 0-9, a-z, A-Z and ., - and * characters are allowed',
    ],
    [
      "a mode that is none",
      ingress({ fromEndpoints: [{}], authentication: { mode: "maybe" } }),
      'spec.ingress[0].authentication.mode: Unsupported value: "maybe": supported values: "disabled", "required", "test-always-fail"',
    ],
    [
      "an operator without values",
      { endpointSelector: { matchExpressions: [{ key: "a", operator: "In" }] }, ingress: [{}] },
      "Invalid CiliumNetworkPolicy spec: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    ],
    [
      "an ICMP type that is none",
      ingress({ icmps: [{ fields: [{ type: "Ping" }] }] }),
      'spec.ingress[0].icmps[0].fields[0].type: Invalid value: "Ping": no ICMP type',
    ],
  ])("%s", (_, spec, message) => {
    expect(messages([cnp("p", spec)])).toEqual([message]);
  });

  test("a host policy with HTTP rules, a policy without namespace, a kind that is none", () => {
    const rules = { http: [{}] };
    const host = { nodeSelector: {}, egress: [{ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules }] }] };
    expect(messages([ccnp("h", host), cnp("n", ingress({}), ""), { ...cnp("k", {}), kind: "Pod" }])).toEqual([
      "Invalid CiliumClusterwideNetworkPolicy spec: L7 protocol HTTP is not supported on host egress yet",
      "CiliumNetworkPolicy must have a namespace",
      "Pod is no kind of network policy",
    ]);
  });
});

test.each<[string, unknown, string]>([
  [
    "a peer without members",
    { podSelector: {}, ingress: [{ from: [{}] }] },
    "spec.ingress[0].from[0]: Required value: must specify a peer",
  ],
  [
    "two kinds of peer",
    { podSelector: {}, ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }] },
    "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer",
  ],
  [
    "a bad block",
    { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: "10/8" } }] }] },
    'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10/8": spec.egress[0].to[0].ipBlock.cidr in body must be of type cidr: "10/8"',
  ],
  [
    "a type that is none",
    { podSelector: {}, policyTypes: ["Both"] },
    'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
  ],
  [
    "a port too high",
    { podSelector: {}, ingress: [{ ports: [{ port: 70_000 }] }] },
    "spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
  ],
  ["nothing", undefined, "spec: Required value"],
])("a NetworkPolicy with %s is refused", (_, spec, message) => {
  expect(messages([knp("p", spec)])).toEqual([message]);
});

describe("an object made to hurt", () => {
  test("is read once where it is cyclic", () => {
    const selector: Record<string, unknown> = { matchLabels: {} };
    selector["matchLabels"] = selector;
    const entry: Record<string, unknown> = {};
    entry["fromEndpoints"] = [entry];
    entry["icmps"] = [{ fields: [{ type: entry }] }];
    const list: unknown[] = [];
    list.push(list);
    const specs = [
      ingress({ fromEndpoints: [selector] }),
      ingress(entry),
      { endpointSelector: selector, ingress: list },
      { endpointSelector: {}, ingress: list },
    ];
    expect(compile(specs.map((spec) => cnp("p", spec))).refused).toHaveLength(4);
  });

  test("is refused by its size", () => {
    const rule = { fromEndpoints: [web], toPorts: [{ ports: [{ port: "80" }] }] };
    expect(
      messages([cnp("p", { endpointSelector: web, ingress: Array.from({ length: 10_000 }, () => rule) })]),
    ).toEqual(["the object has more than 100000 values"]);
    const long = { matchLabels: { app: "x".repeat(5_000_000) } };
    expect(messages([cnp("p", ingress({ fromEndpoints: [long] }))])).toEqual([
      "spec.ingress[0].fromEndpoints[0].matchLabels.app: more than 4096 characters",
    ]);
    const wide = { matchLabels: Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, ""])) };
    expect(messages([cnp("p", ingress({ fromEndpoints: [wide] }))])).toEqual([
      "the object has more than 100000 values",
    ]);
  });

  test("with thousands of rules below that size is read and decided", () => {
    const rules = Array.from({ length: 2500 }, (_, index) => ({
      fromEndpoints: [{ matchLabels: { app: `a${index}` } }],
      toPorts: [{ ports: [{ port: "80" }] }],
    }));
    const set = compile([cnp("p", { endpointSelector: {}, ingress: rules })]);
    expect(set.refused).toEqual([]);
    const flow = { to: pod({}), protocol: "TCP", port: 80 };
    expect(decide(set, { ...flow, from: pod({ app: "a2499" }) }).verdict).toBe("ALLOWED");
    expect(decide(set, { ...flow, from: pod({ app: "a2500" }) }).verdict).toBe("DENIED");
  });

  test("in great number: those beyond the limit are named", () => {
    const { policies, refused } = compile(
      Array.from({ length: 20_001 }, (_, index) => knp(`p${index}`, { podSelector: {} })),
    );
    expect([policies.length, refused.map(({ name, refusal }) => [name, refusal.by])]).toEqual([
      20_000,
      [["p20000", "size"]],
    ]);
  });

  test("with a regular expression that would never end is decided at once", () => {
    const rules = { http: [{ path: "(a+)+$" }] };
    const set = compile([cnp("p", ingress({ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules }] }))]);
    const http = { method: "GET", path: `${"a".repeat(8000)}!` };
    expect(decide(set, { from: pod({}), to: pod({ app: "web" }), protocol: "TCP", port: 80, http }).reason).toBe("l7");
  });

  test("cannot reach the prototype of anything", () => {
    const spec = JSON.parse(
      '{"endpointSelector":{"matchLabels":{"__proto__":"x","constructor":"y"}},"ingress":[{"fromEntities":["__proto__"]}]}',
    );
    expect(messages([cnp("p", spec)])[0]).toContain('Unsupported value: "__proto__"');
  });

  test("with fields that nobody knows is read without them, and they are named", () => {
    const spec = { ...ingress({ fromEndpoint: [{}], toPorts: [{ ports: [{ port: "80", name: "x" }] }] }), priority: 1 };
    const [policy] = compile([cnp("p", spec)]).policies;
    expect(policy?.unknown).toEqual([
      "spec.priority",
      "spec.ingress[0].fromEndpoint",
      "spec.ingress[0].toPorts[0].ports[0].name",
    ]);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]));
    expect(compile([cnp("p", { ...spec, ...many })]).policies[0]?.unknown).toHaveLength(20);
  });
});
