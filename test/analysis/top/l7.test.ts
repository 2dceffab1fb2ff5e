import { describe, expect, test } from "vitest";
import { Direction, type Flow, type L7 } from "../../../src/analysis/flow.ts";
import { createTopDnsReducer } from "../../../src/analysis/top/dns.ts";
import { createTopHttpReducer } from "../../../src/analysis/top/http.ts";
import type { FlowRanking, TopOptions } from "../../../src/analysis/top/ranking.ts";
import { deathstar, endpoint, http, makeFlow, noon, xwing } from "../../fixtures/flows/make.ts";

const options = { window: { from: noon, to: noon + 60_000 }, top: 10 };
const base = { eventType: 129, type: 2, verdict: 1, dropReason: 0 } as const;

function request(url: string, code: number, change: Partial<Flow> = {}): readonly Flow[] {
  return [
    makeFlow({ ...base, l7: http({ method: "GET", url }), ...change }),
    makeFlow({
      ...{ ...base, l7: http({ method: "GET", url, kind: "response", code }), ...change },
      ...{ source: change.destination ?? deathstar, destination: change.source ?? xwing },
    }),
  ];
}

function lookup(query: string, rcode: number, client = xwing): readonly Flow[] {
  const l7 = (kind: "request" | "response"): L7 => ({
    ...{ kind, protocol: "dns", query, rcode: kind === "response" ? rcode : 0, ips: [], cnames: [], qtypes: ["A"] },
    ...{ ttl: 30, observationSource: "proxy", latencyNs: 0 },
  });
  return [
    makeFlow({ ...base, direction: 2, source: client, l7: l7("request") }),
    makeFlow({ ...base, direction: 2, source: deathstar, destination: client, l7: l7("response") }),
  ];
}

function ranked(of: "dns" | "http", flows: readonly Flow[], change: Partial<TopOptions> = {}): FlowRanking {
  const reducer = (of === "dns" ? createTopDnsReducer : createTopHttpReducer)({ ...options, ...change });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

const times = (count: number, flows: readonly Flow[]) => Array.from({ length: count }, () => flows).flat();

describe("top http", () => {
  test("is by method, template and destination, with what came back", () => {
    const { rows, total } = ranked("http", [
      ...Array.from({ length: 40 }, (_, at) => request(`http://shop/v1/orders/${at}`, at < 10 ? 503 : 200)).flat(),
      ...times(3, request("http://shop/login", 401)),
    ]);
    expect(rows).toEqual([
      {
        labels: { method: "GET", path: "/v1/orders/{id}", destination: "default/deathstar" },
        ...{ count: 40, error: 0, answers: { all: 40, missing: 0, refused: 0, failed: 10 } },
      },
      {
        labels: { method: "GET", path: "/login", destination: "default/deathstar" },
        ...{ count: 3, error: 0, answers: { all: 3, missing: 0, refused: 3, failed: 0 } },
      },
    ]);
    expect(total).toBe(43);
  });

  test("counts a request that two proxies saw once, by the side that saw more", () => {
    const url = "http://shop/login";
    const flows = [
      ...times(5, request(url, 200, { direction: Direction.ingress })),
      ...times(3, request(url, 200, { direction: Direction.egress })),
    ];
    expect(ranked("http", flows)).toMatchObject({ total: 5, rows: [{ count: 5, answers: { all: 5 } }], others: 0 });
  });

  test("an answer whose request was not seen is no request", () => {
    expect(ranked("http", request("http://shop/login", 200).slice(1))).toMatchObject({ total: 0, rows: [] });
  });

  test("secrets in paths are gone before they are a key", () => {
    const url = "http://shop/reset?token=hunter2hunter2hunter2&password=abc";
    expect(JSON.stringify(ranked("http", request(url, 200)))).not.toMatch(/hunter2|abc/);
  });

  test("keeps its bound when every path is new", () => {
    const words = Array.from({ length: 3_000 }, (_, at) =>
      [0, 1, 2].map((place) => String.fromCharCode(97 + (Math.floor(at / 26 ** place) % 26))).join(""),
    );
    const flows = words.flatMap((word, at) => [
      ...request(`http://shop/${word}/`, 200),
      ...(at % 3 === 0 ? request("http://shop/login", 500) : []),
    ]);
    const { rows, bound, total, others } = ranked("http", flows, { capacity: 100 });
    expect({ total, others }).toEqual({ total: 4_000, others: null });
    expect(bound).toBeLessThanOrEqual(40);
    const [first] = rows;
    expect(first?.labels["path"]).toBe("/login");
    expect(first?.count).toBeGreaterThanOrEqual(1_000);
    expect((first?.count ?? 0) - (first?.error ?? 0)).toBeLessThanOrEqual(1_000);
  });
});

describe("top dns", () => {
  test("is by name, however it is spelt, with the share that does not exist", () => {
    const { rows, total } = ranked("dns", [
      ...times(6, lookup("api.example.com.", 0)),
      ...times(2, lookup("API.example.com", 3)),
      ...times(3, lookup("gone.example.com.", 3)),
    ]);
    expect(rows.map(({ labels, count, answers }) => [labels["name"], count, answers?.all, answers?.missing])).toEqual([
      ["api.example.com", 8, 8, 2],
      ["gone.example.com", 3, 3, 3],
    ]);
    expect(total).toBe(11);
  });

  test("leaves out what only a search path made up, and counts it", () => {
    const made = ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"];
    const { rows, search, total } = ranked("dns", [
      ...made.flatMap((suffix) => times(4, lookup(`api.example.com.${suffix}.`, 3))),
      ...times(4, lookup("api.example.com.", 0)),
    ]);
    expect(rows.map(({ labels, count }) => [labels["name"], count])).toEqual([["api.example.com", 4]]);
    expect(search).toMatchObject({ queries: 12, name: "api.example.com" });
    expect(total).toBe(16);
  });

  test("a name that another namespace means is none of a search path", () => {
    const other = endpoint({ identity: 5, namespace: "shop", pod: "web", workload: { kind: "Pod", name: "web" } });
    const { rows, search } = ranked("dns", [
      ...times(2, lookup("api.example.com.default.svc.cluster.local.", 3)),
      ...lookup("api.example.com.", 0),
      ...times(5, lookup("api.example.com.default.svc.cluster.local.", 3, other)),
    ]);
    expect(rows[0]).toMatchObject({ labels: { name: "api.example.com.default.svc.cluster.local" }, count: 7 });
    expect(search).toBeNull();
  });

  test("puts together what a resolver made of a name that does not exist", () => {
    const made = ["gone.default.svc.cluster.local.", "gone.svc.cluster.local.", "gone.cluster.local.", "gone."];
    const { rows } = ranked(
      "dns",
      made.flatMap((name) => times(2, lookup(name, 3))),
    );
    expect(rows).toMatchObject([{ labels: { name: "gone" }, count: 8, answers: { all: 8, missing: 8 } }]);
  });

  test("keeps its bound when every name is new", () => {
    const flows = Array.from({ length: 3_000 }, (_, at) => [
      ...lookup(`n${at}.example.com.`, 3),
      ...(at % 3 === 0 ? lookup("api.example.com.", 0) : []),
    ]).flat();
    const { rows, bound, total } = ranked("dns", flows, { capacity: 100 });
    expect(total).toBe(4_000);
    expect(bound).toBeLessThanOrEqual(40);
    const [first] = rows;
    expect(first?.labels).toEqual({ name: "api.example.com" });
    expect(first?.count).toBeGreaterThanOrEqual(1_000);
    expect((first?.count ?? 0) - (first?.error ?? 0)).toBeLessThanOrEqual(1_000);
  });
});
