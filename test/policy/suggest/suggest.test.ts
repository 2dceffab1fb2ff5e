import { describe, expect, test } from "vitest";
import { decide } from "../../../src/policy/engine/decide.ts";
import { compile } from "../../../src/policy/engine/policy-set.ts";
import type { PolicyObject } from "../../../src/policy/policy.ts";
import { compare, passing } from "../../../src/policy/replay/compare.ts";
import type { Observed } from "../../../src/policy/replay/observed.ts";
import { counts } from "../../../src/policy/suggest/suggest.ts";
import { outside, pod, reserved } from "../../support/policies.ts";
import { named, seen, suggested, suggestFor, worldOf } from "./seen.ts";

type Spec = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const deathstar = named(
  "default/deathstar",
  pod({ "app.kubernetes.io/name": "deathstar", class: "deathstar", org: "empire" }),
  true,
);
const tiefighter = named(
  "default/tiefighter",
  pod({ "app.kubernetes.io/name": "tiefighter", class: "tiefighter", org: "empire" }),
);
const xwing = named("default/xwing", pod({ "app.kubernetes.io/name": "xwing", class: "xwing", org: "alliance" }));
const dns = named("kube-system/coredns", pod({ "k8s-app": "kube-dns" }, "kube-system"));
const api = named("api.example.com", outside("93.184.216.34", "api.example.com"));

/** What of it the policy has to let through, and can say. */
function evidenceOf(observed: readonly Observed[], audit = false): Observed[] {
  return observed.filter((one) => counts(one, audit));
}

describe.each(Array.from({ length: 120 }, (_, at) => at + 1))("world %i", (seed) => {
  const { observed, known } = worldOf(seed);
  const found = suggestFor(observed, { known });
  if (found.status !== "suggested") {
    test("there is nothing to suggest, and nothing passed", () => {
      const needed = evidenceOf(observed).filter(({ from, port }) => from.name !== "host" && port > 0);
      expect(needed).toEqual([]);
    });
    return;
  }
  const evidence = evidenceOf(observed);
  const { policy } = found;

  test("the policy is one that Cilium loads", () => {
    expect(compile([policy]).refused).toEqual([]);
    expect(compile([policy]).policies[0]?.unknown).toEqual([]);
  });

  test("it allows all flows that it was made from", () => {
    expect(passing(compile([policy]), evidence).not.examples).toEqual([]);
  });

  test("without any one of its entries, peers or ports, one of these is denied", () => {
    for (const [what, mutant] of mutants(found)) {
      // Two sections are two policies: one that is gone altogether isolates no more.
      const set = compile([mutant]);
      expect([what, set.refused.map(({ refusal }) => refusal.message), passing(set, evidence).not.flows > 0]).toEqual([
        what,
        [],
        true,
      ]);
    }
  });

  test("it allows nothing on other ports, and nothing from or to workloads that were not seen", () => {
    const set = compile([policy]);
    const spec = policy.spec as Spec;
    for (const one of evidence) {
      const isIngress = one.to.target;
      if (spec[isIngress ? "ingress" : "egress"] === undefined || one.protocol === "ICMPv4") continue;
      if (isIngress && one.from.name === "host") continue;
      expect(decide(set, { ...one, port: 4321 }).verdict).toBe("DENIED");
    }
    const others = new Set(found.notes.flatMap((note) => ("others" in note ? note.others : [])));
    const talked = new Set(evidence.flatMap(({ from, to }) => [from.name, to.name]));
    const [target] = observed.flatMap(({ from, to }) => [from, to]).filter((end) => end.target);
    if (target === undefined || spec["ingress"] === undefined) return;
    for (const stranger of known.filter(({ name }) => !talked.has(name) && !others.has(name)))
      for (const port of [80, 443, 5432])
        expect(decide(set, { from: stranger, to: target, protocol: "TCP", port }).verdict).toBe("DENIED");
  });

  test("what if it were there: nothing that it was made from is newly denied", () => {
    const change = compare(compile([]), compile([policy]), evidence);
    expect(change.newlyDenied.examples).toEqual([]);
    expect(change.stillAllowed).toBe(evidence.reduce((sum, { count }) => sum + count, 0));
  });
});

/** The policy without one entry, one peer of several, one port of several. A section's last entry gives way to an empty one, which isolates all the same. */
function* mutants({ policy, items: written }: ReturnType<typeof suggested>): Generator<[string, PolicyObject]> {
  const spec = policy.spec as Spec;
  for (const direction of ["ingress", "egress"]) {
    const items = spec[direction] ?? [];
    const own = written.filter((one) => one.direction === direction);
    for (const [at, item] of items.entries()) {
      // Taken for granted, because names need it: nothing was seen of it.
      if (own[at]?.flows === 0) continue;
      const rest = items.filter((_, index) => index !== at);
      const changed = (list: readonly unknown[]) => ({ ...policy, spec: { ...spec, [direction]: list } });
      yield [`${direction}[${at}]`, changed(rest.length > 0 ? rest : [{}])];
      for (const [key, value] of Object.entries(item)) {
        const list = value as readonly Readonly<Record<string, readonly unknown[]>>[];
        if (key !== "toPorts" && list.length > 1)
          for (const index of list.keys())
            yield [
              `${direction}[${at}].${key}[${index}]`,
              changed([...rest, { ...item, [key]: list.filter((_, one) => one !== index) }]),
            ];
        const ports = key === "toPorts" ? (list[0]?.["ports"] ?? []) : [];
        if (ports.length > 1)
          for (const index of ports.keys())
            yield [
              `${direction}[${at}].toPorts[0].ports[${index}]`,
              changed([
                ...rest,
                { ...item, toPorts: [{ ports: ports.filter((_, one) => one !== index) }, ...list.slice(1)] },
              ]),
            ];
      }
    }
  }
}

describe("the Star Wars story", () => {
  const passed = [
    seen(tiefighter, deathstar, 80, { count: 9 }),
    seen(xwing, deathstar, 80, { seen: "dropped" }),
    seen(deathstar, api, 443),
    seen(deathstar, dns, 53, { protocol: "UDP" }),
  ];

  test("whoever was dropped is not let in, and names need the DNS rule", () => {
    const { policy, notes } = suggested(passed, { known: [xwing, tiefighter, dns] });
    expect(policy).toMatchObject({ kind: "CiliumNetworkPolicy", namespace: "default", name: "deathstar-seen-traffic" });
    expect(policy.spec).toEqual({
      endpointSelector: { matchLabels: { "app.kubernetes.io/name": "deathstar" } },
      ingress: [
        {
          fromEndpoints: [{ matchLabels: { "app.kubernetes.io/name": "tiefighter" } }],
          toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }],
        },
      ],
      egress: [
        {
          toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system", "k8s-app": "kube-dns" } }],
          toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
        },
        {
          toFQDNs: [{ matchName: "api.example.com" }],
          toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }],
        },
      ],
    });
    expect(notes).toEqual([]);
  });

  test("kube-dns is taken for granted where no DNS server was seen", () => {
    const { notes, items } = suggested([seen(deathstar, api, 443)]);
    expect(notes).toContainEqual({ kind: "assumed-dns" });
    expect(items.find(({ flows }) => flows === 0)?.peers).toEqual(["kube-system/kube-dns"]);
  });

  test("requests become HTTP rules when asked, their queries left open", () => {
    const request = (method: string, path: string, more: Partial<Observed> = {}) =>
      seen(tiefighter, deathstar, 80, { http: { method, path }, ...more });
    const requests = [request("POST", "/v1/request-landing"), request("GET", "/v1/a+b"), request("GET", "/v1/?…")];
    const { policy } = suggested(requests, { l7: true });
    expect(policy.spec).toMatchObject({
      ingress: [
        {
          toPorts: [
            {
              rules: {
                http: [
                  { method: "GET", path: "/v1/\\?.*" },
                  { method: "GET", path: "/v1/a\\+b" },
                  { method: "POST", path: "/v1/request-landing" },
                ],
              },
            },
          ],
        },
      ],
    });
    expect(passing(compile([policy]), requests).not.flows).toBe(0);
    expect(decide(compile([policy]), request("PUT", "/v1/exhaust-port")).reason).toBe("l7");
    expect(JSON.stringify(suggested(requests).policy.spec)).not.toContain("http");

    const secret = suggested([request("GET", "/token/abc", { secret: true })], { l7: true });
    expect(JSON.stringify(secret.policy.spec)).not.toContain("token");
    expect(secret.notes).toContainEqual({ kind: "http-left-out", port: 80, because: "secret" });
    const many = Array.from({ length: 40 }, (_, at) => request("GET", `/order/${at}`));
    expect(suggested(many, { l7: true }).notes).toContainEqual({ kind: "http-left-out", port: 80, because: "many" });
  });

  test("audited flows count only when asked", () => {
    const audited = [seen(tiefighter, deathstar, 80), seen(xwing, deathstar, 80, { seen: "audited" })];
    const names = (audit: boolean) => suggested(audited, { audit }).items.flatMap(({ peers }) => peers);
    expect(names(false)).toEqual(["default/tiefighter"]);
    expect(names(true)).toEqual(["default/tiefighter", "default/xwing"]);
  });
});

describe("peers", () => {
  test("what passes with a pod's own node needs no rule, and other nodes need theirs", () => {
    const host = seen(named("host", reserved("host")), deathstar, 80);
    expect(suggestFor([host])).toEqual({ status: "nothing" });
    const { policy, notes } = suggested([host, seen(named("remote-node", reserved("remote-node")), deathstar, 80)]);
    expect(policy.spec["ingress"]).toMatchObject([{ fromEntities: ["remote-node"] }]);
    expect(notes).toContainEqual({ kind: "host-passes" });
  });

  test("clients from the internet are the world, those of a private network their addresses", () => {
    const from = (ip: string) => seen(named(ip, outside(ip)), deathstar, 80);
    const { policy } = suggested([from("198.51.100.7"), from("198.51.100.8"), from("10.1.2.3")]);
    // All of the world holds the other one too.
    expect(policy.spec["ingress"]).toMatchObject([{ fromEntities: ["world"] }]);
    expect(suggested([from("10.1.2.3")]).policy.spec["ingress"]).toMatchObject([{ fromCIDR: ["10.1.2.3/32"] }]);
  });

  test("too many addresses without a name are the world, which is said", () => {
    const rows = Array.from({ length: 20 }, (_, at) => seen(deathstar, named("", outside(`198.51.100.${at}`)), 443));
    const { policy, notes } = suggested(rows);
    expect(policy.spec["egress"]).toMatchObject([{ toEntities: ["world"] }]);
    expect(notes).toContainEqual({ kind: "world", direction: "egress", addresses: 20 });
  });

  test("what no rule can say is counted and left out", () => {
    const odd = [
      seen(tiefighter, deathstar, 80),
      seen(tiefighter, deathstar, 0, { protocol: "VRRP", count: 3 }),
      seen(named("unknown", { labels: ["reserved:unknown"] }), deathstar, 80, { count: 4 }),
    ];
    expect(suggested(odd).notes).toContainEqual({ kind: "unwritable", direction: "ingress", flows: 7 });
  });

  test("no pods, several namespaces, nothing that passed: no policy", () => {
    expect(suggestFor([seen(tiefighter, xwing, 80)])).toEqual({ status: "no-pods" });
    const other = named("data/deathstar", pod({ app: "deathstar" }, "data"), true);
    expect(suggestFor([seen(tiefighter, deathstar, 80), seen(tiefighter, other, 80)])).toEqual({
      status: "namespaces",
    });
    expect(suggestFor([seen(xwing, deathstar, 80, { seen: "dropped" })])).toEqual({ status: "nothing" });
  });

  test("a name that is taken is not taken again", () => {
    const taken = new Set(["deathstar-seen-traffic", "deathstar-seen-traffic-2"]);
    expect(suggested([seen(tiefighter, deathstar, 80)], { taken }).policy.name).toBe("deathstar-seen-traffic-3");
  });

  test("a hundred ports fit into lists that Cilium takes, and too many peers are counted", () => {
    const rows = Array.from({ length: 100 }, (_, at) => seen(tiefighter, deathstar, 1_000 + at));
    const { policy } = suggested(rows);
    expect(compile([policy]).refused).toEqual([]);
    expect(passing(compile([policy]), rows).not.flows).toBe(0);
    const random = Array.from({ length: 500 }, (_, at) => seen(tiefighter, deathstar, 30_000 + 7 * at));
    const range = suggested(random);
    expect(range.notes).toContainEqual({ kind: "port-range", range: "30000-33493/TCP", ports: 500 });
    expect(passing(compile([range.policy]), random).not.flows).toBe(0);
    expect(decide(compile([range.policy]), seen(tiefighter, deathstar, 29_999)).verdict).toBe("DENIED");
    const crowd = Array.from({ length: 130 }, (_, at) =>
      seen(named(`default/p${at}`, pod({ app: `p${at}` })), deathstar, 80),
    );
    expect(suggested(crowd).notes).toContainEqual({ kind: "peers-left-out", direction: "ingress", peers: 30 });
  });
});
