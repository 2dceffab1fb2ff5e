import { describe, expect, test } from "vitest";
import { type CoachInput, coach } from "../../../src/policy/coach/coach.ts";
import type { DatedObserved, EdgeRule } from "../../../src/policy/coach/coached.ts";
import type { PolicyObject } from "../../../src/policy/policy.ts";
import { defaultSettings } from "../../../src/policy/settings.ts";
import { ccnp, cnp, knp, outside, pod, reserved } from "../../support/policies.ts";
import { named } from "../suggest/seen.ts";
import { dated } from "./dated.ts";

const own = (app: string, labels: Readonly<Record<string, string>> = {}) =>
  named(`shop/${app}`, pod({ app, ...labels }, "shop"), true);
const [web, db, report] = [own("web"), own("db"), own("report")];
const gateway = named("edge/gateway", pod({ app: "gateway" }, "edge"));
const node = named("host", reserved("host"));

const http = { fromEndpoints: [{ matchLabels: { app: "web" } }], toPorts: [{ ports: [{ port: "5432" }] }] };
const allowWeb = cnp("allow-web", { endpointSelector: { matchLabels: { app: "db" } }, ingress: [http] }, "shop");
const onlyAllows = cnp(
  "only-allows",
  { endpointSelector: {}, enableDefaultDeny: { ingress: false, egress: false }, egress: [{ toEntities: ["world"] }] },
  "shop",
);

function coached(
  observed: readonly DatedObserved[],
  objects: CoachInput["objects"] = [],
  known: CoachInput["known"] = [web, db, report],
) {
  return coach({ observed, known, objects, settings: defaultSettings });
}

function edges(observed: readonly DatedObserved[], objects: readonly PolicyObject[] | null = []) {
  const found = coached(observed, objects).edges;
  const texts = (rule: EdgeRule) =>
    found[rule].listed.map(({ direction, from, to, port, flows }) => `${direction} ${from} ${to} ${port} ${flows}`);
  return { ruled: texts("ruled"), missing: texts("missing"), refused: texts("refused"), unknown: texts("unknown") };
}

describe("edges", () => {
  test("each needs a rule in each direction that is the namespace's own", () => {
    expect(edges([dated(web, db, 5432, { count: 7 }), dated(gateway, web, 80, { count: 3 })], [allowWeb])).toEqual({
      ruled: ["ingress shop/web shop/db 5432 7"],
      missing: ["egress shop/web shop/db 5432 7", "ingress edge/gateway shop/web 80 3"],
      ...{ refused: [], unknown: [] },
    });
  });

  test("a rule of a policy that denies nothing yet is a rule", () => {
    const api = named("api.example.com", outside("198.51.100.7", "api.example.com"));
    const found = coached([dated(web, api, 443)], [onlyAllows]);
    expect(found.edges.ruled.listed).toMatchObject([{ policies: [{ name: "only-allows" }], reason: null }]);
    expect(found.workloads.map(({ egress }) => egress.state)).toEqual(["open", "open", "open"]);
  });

  test("other pods of a workload, or other requests, make it a part", () => {
    const other = own("web", { app: "web2" });
    const rows = [dated(web, db, 5432, { count: 2 }), dated({ ...other, name: "shop/web" }, db, 5432, { count: 5 })];
    const [edge] = coached(rows, [allowWeb]).edges.missing.listed.filter(({ direction }) => direction === "ingress");
    expect(edge).toMatchObject({ flows: 7, partly: true, reason: "default-deny", policies: [] });
  });

  test("requests that an L7 rule refuses are told from those that it lets pass", () => {
    const only = {
      ...http,
      toPorts: [{ ports: [{ port: "5432", protocol: "TCP" }], rules: { http: [{ method: "GET" }] } }],
    };
    const l7 = cnp("l7", { endpointSelector: { matchLabels: { app: "db" } }, ingress: [only] }, "shop");
    const request = (method: string, more = {}) => dated(web, db, 5432, { http: { method, path: "/" }, ...more });
    expect(coached([request("GET"), request("PUT")], [l7]).edges.missing.listed).toMatchObject([
      { direction: "egress" },
      { direction: "ingress", reason: "l7", partly: true },
    ]);
    const refused = edges([request("GET"), request("PUT", { seen: "dropped", count: 4 })], [l7]);
    expect(refused.refused).toEqual(["ingress shop/web shop/db 5432 4"]);
    expect(refused.ruled).toEqual(["ingress shop/web shop/db 5432 1"]);
  });

  test("addresses without a name are one edge, a node's own probes none", () => {
    const strangers = ["198.51.100.7", "198.51.100.8"].map((ip) => named(ip, outside(ip)));
    const rows = [...strangers.map((one) => dated(one, web, 443)), dated(node, web, 8080)];
    expect(edges(rows).missing).toEqual(["ingress world shop/web 443 2"]);
    expect(coached(rows).always).toBe(1);
  });

  test("most flows stand first, and a list has an end", () => {
    const rows = Array.from({ length: 90 }, (_, count) => dated(gateway, web, 1000 + count, { count: count + 1 }));
    const { missing } = coached(rows).edges;
    expect([missing.total, missing.listed.length]).toEqual([90, 60]);
    expect(missing.listed[0]).toMatchObject({ port: 1089, flows: 90 });
  });

  test("a flow that lacks a rule on both sides is one flow", () => {
    expect(coached([dated(web, db, 80, { count: 5 })]).breaking).toBe(5);
    expect(coached([dated(web, db, 5432, { seen: "dropped" })], [allowWeb]).breaking).toBe(1);
    expect(coached([dated(gateway, db, 80, { seen: "dropped" })], [allowWeb]).breaking).toBe(0);
  });

  test("first and last are those of all its flows", () => {
    const rows = [dated(gateway, web, 80, { minutes: [20, 30] }), dated(gateway, web, 80, { minutes: [5, 25] })];
    expect(coached(rows).edges.missing.listed).toMatchObject([
      { first: "2026-11-20T11:05:00.000Z", last: "2026-11-20T11:30:00.000Z" },
    ]);
  });
});

describe("what is refused already", () => {
  const refused = dated(gateway, db, 5432, { seen: "dropped", count: 9, minutes: [10, 40] });

  test("is no edge that would break, on the side that refuses alone", () => {
    expect(edges([refused, dated(web, db, 80, { seen: "dropped" })], [allowWeb])).toEqual({
      ...{ ruled: [], missing: [], unknown: [] },
      refused: ["ingress edge/gateway shop/db 5432 9", "ingress shop/web shop/db 80 1"],
    });
  });

  test("what passed before it was refused is refused, what passes after is not explained", () => {
    const passed = (last: number) => dated(gateway, db, 5432, { minutes: [0, last] });
    expect(edges([passed(5), refused], [allowWeb]).missing).toEqual([]);
    expect(coached([passed(5), refused], [allowWeb]).audit.unexplained).toBe(0);
    expect(edges([passed(45), refused], [allowWeb]).missing).toEqual(["ingress edge/gateway shop/db 5432 1"]);
    expect(coached([passed(45), refused], [allowWeb]).audit.unexplained).toBe(1);
  });

  test("what left its sender has not arrived", () => {
    const half = dated(web, db, 80, { recorded: "egress" });
    expect(edges([half], [allowWeb])).toMatchObject({ missing: [], ruled: [] });
    expect(edges([dated(web, db, 80, { recorded: "ingress" })], [allowWeb]).missing).toHaveLength(2);
  });

  test("what the policies let pass by now counts as traffic", () => {
    expect(edges([dated(web, db, 5432, { seen: "dropped" })], [allowWeb])).toMatchObject({
      ...{ refused: [], ruled: ["ingress shop/web shop/db 5432 1"], missing: ["egress shop/web shop/db 5432 1"] },
    });
  });

  test("a deny rule is named", () => {
    const deny = ccnp("no-gateway", {
      endpointSelector: {},
      ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: "gateway" } }] }],
    });
    expect(coached([refused], [deny]).edges.refused.listed).toMatchObject([
      { reason: "explicit-deny", policies: [{ kind: "CiliumClusterwideNetworkPolicy", name: "no-gateway" }] },
    ]);
  });
});

describe("audit mode", () => {
  const audited = dated(gateway, db, 5432, { seen: "audited", count: 4, recorded: "ingress" });

  test("arrives where AUDIT was seen, on the side that said so", () => {
    const found = coached([audited, { ...audited, from: web, tuple: "w", port: 80 }], [allowWeb]);
    expect(found.audit).toEqual({ status: "arrives", flows: 8, unexplained: 0 });
    expect(found.edges.missing.listed.map(({ direction, audited: flows }) => [direction, flows])).toEqual([
      ["ingress", 4],
      ["egress", 0],
      ["ingress", 4],
    ]);
  });

  test("is off where policies drop, and cannot be told where neither was seen", () => {
    expect(coached([dated(gateway, db, 80, { seen: "dropped" })], [allowWeb]).audit.status).toBe("enforced");
    expect(coached([dated(gateway, web, 80)], [allowWeb]).audit.status).toBe("cannot-tell");
  });
});

describe("workloads", () => {
  test("enforce per direction, by name; those that were never seen are untested", () => {
    const isolated = knp("isolated", { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Egress"] }, "shop");
    const { workloads, counts } = coached([dated(gateway, web, 80)], [allowWeb, isolated]);
    expect(counts).toEqual({ workloads: 3, enforced: { ingress: 1, egress: 1 }, untested: 2 });
    expect(workloads.map(({ name, missing, flows }) => [name, missing, flows])).toEqual([
      ["shop/web", 1, 1],
      ["shop/report", 0, 0],
      ["shop/db", 0, 0],
    ]);
    expect(workloads[2]).toMatchObject({
      ingress: { state: "enforced", policies: [{ name: "allow-web" }] },
      egress: { state: "enforced", policies: [{ kind: "NetworkPolicy", name: "isolated" }] },
    });
  });

  test("with pods of different labels are enforced in part", () => {
    const { workloads } = coached([], [allowWeb], [db, { ...own("db", { app: "new" }), name: "shop/db" }]);
    expect(workloads).toMatchObject([{ name: "shop/db", ingress: { state: "partly" }, egress: { state: "open" } }]);
  });

  test("probes alone are no talking", () => {
    expect(coached([dated(node, report, 8080)]).counts.untested).toBe(3);
  });
});

test("without the policies nothing is judged", () => {
  const found = coached([dated(gateway, web, 80), dated(gateway, db, 80, { seen: "dropped" })], null);
  expect(found.counts.enforced).toBeNull();
  expect(found.edges.unknown.total).toBe(2);
  expect([found.edges.missing.total, found.edges.ruled.total, found.edges.refused.total]).toEqual([0, 0, 0]);
  expect(found.workloads[0]?.ingress).toEqual({ state: "unknown", policies: [] });
});

test("policies that contradict each other leave it open", () => {
  const port = (rules: object) => ({ ...http, toPorts: [{ ports: [{ port: "5432", protocol: "TCP" }], rules }] });
  const both = [{ http: [{}] }, { kafka: [{ topic: "t" }] }].map((rules, at) =>
    cnp(`p${at}`, { endpointSelector: {}, ingress: [port(rules)] }, "shop"),
  );
  expect(edges([dated(gateway, db, 5432)], both)).toEqual({
    ...{ ruled: [], missing: [], refused: [] },
    unknown: ["ingress edge/gateway shop/db 5432 1"],
  });
});

test("no flow is lost among thousands", () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => dated(index % 2 ? gateway : web, db, 1 + (index % 3_000)));
  const { edges: found, breaking } = coached(rows, []);
  expect([found.ruled.total, found.missing.total, breaking]).toEqual([0, 4_500, 5_000]);
});
