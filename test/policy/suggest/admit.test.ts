import { describe, expect, test } from "vitest";
import { decide } from "../../../src/policy/engine/decide.ts";
import { compile } from "../../../src/policy/engine/policy-set.ts";
import type { PolicyObject } from "../../../src/policy/policy.ts";
import { compare } from "../../../src/policy/replay/compare.ts";
import type { NamedEnd, Observed } from "../../../src/policy/replay/observed.ts";
import { defaultSettings } from "../../../src/policy/settings.ts";
import { type AdmitInput, admit } from "../../../src/policy/suggest/admit.ts";
import { cnp, outside, pod, reserved } from "../../support/policies.ts";
import { named, seen, suggestFor, worldOf } from "./seen.ts";

const deathstar = named("default/deathstar", pod({ app: "deathstar", org: "empire" }), true);
const xwing = named("default/xwing", pod({ app: "xwing", org: "alliance", version: "7" }));
const closed = cnp("closed", { endpointSelector: { matchLabels: { app: "deathstar" } }, ingress: [{}], egress: [{}] });

const byText = (left: string, right: string) => (left < right ? -1 : 1);

function admitFor(observed: readonly Observed[], objects: readonly PolicyObject[], more: Partial<AdmitInput> = {}) {
  const present = compile(objects);
  const base = { observed, known: [], present, peers: null, settings: defaultSettings, taken: new Set<string>() };
  return admit({ ...base, ...more });
}

const refused = (
  from: NamedEnd,
  to: NamedEnd,
  port: number,
  reason: "default-deny" | "l7" = "default-deny",
): Observed =>
  seen(from, to, port, { count: 5, seen: "dropped", denial: { side: to.target ? "ingress" : "egress", reason } });

/** Everything of the world that the present policies refuse is a drop, and the others passed. */
function deniedWorld(seed: number) {
  const { observed, known } = worldOf(seed);
  // What passes already: a policy of the first few things that were seen.
  const some = suggestFor(observed.slice(0, 1 + (seed % 6)), { known });
  const objects = some.status === "suggested" ? [some.policy, ...denyOne(observed, seed)] : denyOne(observed, seed);
  const present = compile(objects);
  const told = observed.map((one): Observed => {
    const outcome = decide(present, one);
    if (outcome.verdict !== "DENIED") return { ...one, seen: "passed" };
    const side = outcome.egress.verdict === "DENIED" ? "egress" : "ingress";
    return { ...one, seen: "dropped", denial: { side, reason: "default-deny" } };
  });
  return { observed: told, known, objects, present };
}

function denyOne(observed: readonly Observed[], seed: number): PolicyObject[] {
  if (seed % 3 !== 0) return [];
  const port = String(observed[0]?.port ?? 80);
  const deny = { fromEntities: ["all"], toPorts: [{ ports: [{ port, protocol: "TCP" }] }] };
  return [cnp("no", { endpointSelector: { matchLabels: { id: "w0" } }, ingressDeny: [deny] }, "shop")];
}

describe.each(Array.from({ length: 150 }, (_, at) => at + 1))("world %i", (seed) => {
  const { observed, known, objects, present } = deniedWorld(seed);
  const found = admitFor(observed, objects, { known });
  const denied = observed.filter((one) => one.seen === "dropped" && (one.from.target || one.to.target));

  test("each denied flow is admitted, or it says why not", () => {
    const told = [...found.admitted, ...found.kept.map(({ row }) => row)];
    expect(new Set(told)).toEqual(new Set(denied));
    expect(told.length).toBe(denied.length);
  });

  test("a deny rule at the target is never written around", () => {
    const isDenied = (one: Observed) =>
      (["ingress", "egress"] as const).some(
        (side) =>
          decide(present, one)[side].reason === "explicit-deny" && (side === "ingress" ? one.to : one.from).target,
      );
    expect(found.admitted.filter(isDenied)).toEqual([]);
  });

  if (found.written === null) return;
  const { policy } = found.written;
  const after = compile([...objects, policy]);

  test("the admitted pass at the target, what passed still does, and nothing else that was denied does", () => {
    expect(after.refused).toEqual([]);
    expect(after.policies.find(({ name }) => name === policy.name)?.unknown).toEqual([]);
    for (const one of found.admitted)
      for (const [side, end] of [
        ["ingress", one.to],
        ["egress", one.from],
      ] as const)
        if (end.target) expect(decide(after, one)[side].verdict).toBe("ALLOWED");
    const { newlyDenied, newlyAllowed } = compare(present, after, observed);
    expect(newlyDenied.examples).toEqual([]);
    const flows = found.admitted.filter((one) => decide(after, one).verdict === "ALLOWED");
    expect(newlyAllowed.flows).toBe(flows.reduce((sum, { count }) => sum + count, 0));
  });

  test("nobody else is let in, and nobody on another port", () => {
    const admitted = new Set(found.admitted.flatMap(({ from, to }) => [from.name, to.name]));
    const [target] = known.filter((end) => end.target);
    if (target === undefined) return;
    for (const stranger of known.filter(({ name, target: own }) => !own && !admitted.has(name)))
      for (const port of [80, 443, 5432, 8080, 9090, 4321])
        for (const flow of [
          { from: stranger, to: target, protocol: "TCP", port },
          { from: target, to: stranger, protocol: "TCP", port },
        ])
          expect(decide(after, flow).verdict).toBe(decide(present, flow).verdict);
    for (const one of found.admitted)
      expect(decide(after, { ...one, port: 4321 }).verdict).toBe(decide(present, { ...one, port: 4321 }).verdict);
  });
});

describe("what is written", () => {
  test("all labels that somebody gave the peer, and none that change with releases", () => {
    const { written } = admitFor([refused(xwing, deathstar, 80)], [closed]);
    expect(written?.policy).toMatchObject({ namespace: "default", name: "deathstar-admit-denied" });
    expect(written?.policy.spec).toEqual({
      endpointSelector: { matchLabels: { app: "deathstar", org: "empire" } },
      enableDefaultDeny: { ingress: false },
      ingress: [
        {
          fromEndpoints: [{ matchLabels: { app: "xwing", org: "alliance" } }],
          toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }],
        },
      ],
    });
  });

  test("an outside address is itself and never the world; a name is that name, without a DNS server", () => {
    const many = Array.from({ length: 30 }, (_, at) => named(`203.0.113.${at}`, outside(`203.0.113.${at}`)));
    const api = named("api.example.com", outside("93.184.216.34", "api.example.com"));
    const rows = [...many.map((one) => refused(one, deathstar, 443)), refused(deathstar, api, 443)];
    const spec = admitFor(rows, [closed]).written?.policy.spec as Partial<
      Record<"ingress" | "egress", Record<string, unknown>[]>
    >;
    expect(spec.ingress?.flatMap((item) => item["fromCIDR"])).toEqual(
      many.map(({ ip }) => `${ip}/32`).toSorted(byText),
    );
    expect(JSON.stringify(spec)).not.toContain("world");
    expect(spec.egress).toEqual([
      { toFQDNs: [{ matchName: "api.example.com" }], toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }] },
    ]);
  });

  test("requests as they were seen, and DNS questions by name", () => {
    const http = { method: "PUT", path: "/v1/exhaust-port" };
    const dns = named("kube-system/coredns", pod({ "k8s-app": "kube-dns" }, "kube-system"));
    const open = cnp("l7", {
      endpointSelector: { matchLabels: { app: "deathstar" } },
      ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{ method: "GET" }] } }] }],
      egress: [
        { toPorts: [{ ports: [{ port: "53", protocol: "UDP" }], rules: { dns: [{ matchName: "a.example.com" }] } }] },
      ],
    });
    const question = { ...refused(deathstar, dns, 53, "l7"), protocol: "UDP", dns: "b.example.com" };
    const rows = [{ ...refused(xwing, deathstar, 80, "l7"), http }, question];
    const { written, kept } = admitFor(rows, [open]);
    expect(kept).toEqual([]);
    expect(written?.policy.spec).toMatchObject({
      ingress: [{ toPorts: [{ rules: { http: [{ method: "PUT", path: "/v1/exhaust-port" }] } }] }],
      egress: [{ toPorts: [{ rules: { dns: [{ matchName: "b.example.com" }] } }] }],
    });
    const after = compile([open, ...(written ? [written.policy] : [])]);
    const verdictOf = (more: Partial<Observed>) => decide(after, { ...refused(xwing, deathstar, 80), ...more }).verdict;
    expect(verdictOf({ http })).toBe("ALLOWED");
    expect(verdictOf({ http: { method: "PUT", path: "/v1/exhaust-port/2" } })).toBe("DENIED");
    expect(decide(after, { ...question, dns: "c.example.com" }).verdict).toBe("DENIED");
    expect(decide(after, question).verdict).toBe("ALLOWED");
  });
});

describe("what is not written", () => {
  const because = (rows: readonly Observed[], objects: readonly PolicyObject[] = [closed], known: NamedEnd[] = []) => {
    const found = admitFor(rows, objects, { known });
    return [found.written === null, [...new Set(found.kept.map((one) => one.because))]];
  };

  test("secrets, too many requests, unknown identities, ports without end", () => {
    const request = (path: string, secret = false) => ({
      ...refused(xwing, deathstar, 80, "l7"),
      ...{ http: { method: "GET", path }, secret },
    });
    expect(because([request("/a", true)])).toEqual([true, ["secret"]]);
    expect(because(Array.from({ length: 40 }, (_, at) => request(`/${at}`)))).toEqual([true, ["requests"]]);
    expect(because([refused(named("unknown", reserved("unknown")), deathstar, 80)])).toEqual([true, ["unwritable"]]);
    expect(because([refused(named("world", reserved("world")), deathstar, 80)])).toEqual([true, ["unwritable"]]);
    expect(because([refused(xwing, deathstar, 0)])).toEqual([true, ["unwritable"]]);
    const scan = Array.from({ length: 41 }, (_, at) => refused(xwing, deathstar, 1 + at));
    expect(because(scan)).toEqual([true, ["ports"]]);
  });

  test("where the target or the peer cannot be told from others", () => {
    const twin = named("default/ywing", pod({ app: "xwing", org: "alliance", version: "7", extra: "1" }));
    expect(because([refused(xwing, deathstar, 80)], [closed], [twin])).toEqual([true, ["others"]]);
    const second = named("default/deathstar2", pod({ app: "deathstar", org: "empire", extra: "1" }));
    expect(because([refused(xwing, deathstar, 80)], [closed], [second])).toEqual([true, ["others"]]);
    const bare = named("default/bare", { labels: ["k8s:io.kubernetes.pod.namespace=default"] });
    expect(because([refused(bare, deathstar, 80)])).toEqual([true, ["others"]]);
  });

  test("a second workload of the target, so that the peers of each stay its own", () => {
    const moon = named("default/moon", pod({ app: "moon" }), true);
    const all = cnp("all", { endpointSelector: {}, ingress: [{}] });
    const found = admitFor([{ ...refused(xwing, deathstar, 80), count: 9 }, refused(xwing, moon, 443)], [all]);
    expect(found.admitted.map(({ to }) => to.name)).toEqual(["default/deathstar"]);
    expect(found.kept.map(({ because: why, row }) => [why, row.to.name])).toEqual([["workload", "default/moon"]]);
  });

  test("whoever was not asked for", () => {
    const ywing = named("default/ywing", pod({ app: "ywing" }));
    const rows = [refused(xwing, deathstar, 80), refused(ywing, deathstar, 80)];
    const found = admitFor(rows, [closed], { peers: ["default/xwing"] });
    expect([found.admitted, found.unasked]).toEqual([[rows[0]], [rows[1]]]);
    const stranger = refused(named("203.0.113.9", outside("203.0.113.9", "a.example.com")), deathstar, 80);
    for (const peer of ["world", "203.0.113.9", "A.example.com"])
      expect(admitFor([...rows, stranger], [closed], { peers: [peer] }).admitted).toEqual([stranger]);
  });
});
