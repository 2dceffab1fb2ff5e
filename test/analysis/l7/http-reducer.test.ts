import { describe, expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createHttpReducer } from "../../../src/analysis/l7/http-reducer.ts";
import { deathstar, farDeathstar, http, makeFlow, noon, xwing } from "../../fixtures/flows/make.ts";

const window = { from: noon, to: noon + 60_000 };
const ingress = 1;
const egress = 2;

interface Call {
  readonly at?: number;
  readonly method?: string;
  readonly url?: string;
  /** Undefined: no answer. */
  readonly code?: number | undefined;
  readonly ms?: number;
  readonly direction?: number;
  readonly verdict?: number;
  readonly server?: Flow["source"];
}

function call({
  at = 0,
  method = "GET",
  url = "/v1/orders/1",
  code,
  ms,
  direction = ingress,
  verdict = 1,
  server = deathstar,
}: Call): Flow[] {
  const base = { eventType: 129, type: 2, dropReason: 0, direction };
  const asked = makeFlow({ ...base, time: noon + at, verdict, destination: server, l7: http({ method, url }) });
  if (code === undefined) return [asked];
  const l7 = http({ kind: "response", method, url, code, latencyNs: (ms ?? 0) * 1e6 });
  const answer = makeFlow({ ...base, time: noon + at + (ms ?? 1), verdict: 1, source: server, destination: xwing, l7 });
  return [asked, answer];
}

function reduce(flows: readonly Flow[], options: { readonly top?: number } = {}) {
  const reducer = createHttpReducer({ window, top: 10, buckets: 6, ...options });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

test("requests and answers are counted by ends, method and template, with status and latency", () => {
  const calls = [1, 2, 3, 4].flatMap((id) => call({ at: id, url: `/v1/orders/${id}`, code: 200, ms: id * 10 }));
  const { rows, requests, latency, timeline } = reduce([
    ...calls,
    ...call({ at: 30_000, method: "POST", code: 503, ms: 900 }),
  ]);
  expect(requests).toBe(5);
  expect(rows).toMatchObject([
    { method: "POST", path: "/v1/orders/{id}", requests: 1, statuses: { "5xx": 1 } },
    {
      source: "default/xwing",
      destination: "default/deathstar",
      method: "GET",
      path: "/v1/orders/{id}",
      requests: 4,
      statuses: { "2xx": 4 },
      unanswered: 0,
    },
  ]);
  expect(latency?.count).toBe(5);
  expect(latency?.p50).toBeGreaterThan(29.7);
  expect(latency?.p50).toBeLessThan(30.3);
  expect(timeline).toEqual({ "2xx": [4, 0, 0, 0, 0, 0], "5xx": [0, 0, 0, 1, 0, 0] });
});

describe("a request that two proxies saw", () => {
  const both = (fields: Call): Flow[] => [
    ...call({ ...fields, direction: egress, server: farDeathstar }),
    ...call({ ...fields, direction: ingress }),
  ];

  test("is one, with the answers of one side", () => {
    const { requests, seenTwice, rows, timeline } = reduce([
      ...both({ code: 200, ms: 5 }),
      ...both({ at: 9, code: 500, ms: 5 }),
    ]);
    expect([requests, seenTwice]).toEqual([2, 2]);
    expect(rows).toMatchObject([{ requests: 2, statuses: { "2xx": 1, "5xx": 1 } }]);
    expect(timeline).toEqual({ "2xx": [1, 0, 0, 0, 0, 0], "5xx": [1, 0, 0, 0, 0, 0] });
  });

  test("stands at the side that saw more, and what either refused is refused", () => {
    const refusedThere = [
      ...call({ code: 403, direction: egress, server: farDeathstar }),
      ...call({ code: 403, verdict: 2 }),
    ];
    const refusedHere = call({ at: 5, code: 403, direction: egress, verdict: 2, server: farDeathstar });
    const { requests, refused, statuses } = reduce([...refusedThere, ...refusedHere]);
    expect({ requests, refused, statuses }).toEqual({ requests: 2, refused: 2, statuses: { "4xx": 2 } });
  });
});

test("what is not answered two seconds before the end is unanswered, what came later may yet be", () => {
  const { unanswered, requests, timeline } = reduce([
    ...call({ at: 1_000 }),
    ...call({ at: 2_000, code: 200 }),
    ...call({ at: 59_000 }),
  ]);
  expect([requests, unanswered]).toEqual([3, 1]);
  expect(timeline.none).toEqual([1, 0, 0, 0, 0, 0]);
});

test("an answer too many of one kind answers no other kind", () => {
  const [, answer] = call({ code: 200, url: "/a" });
  const lonely = answer === undefined ? [] : [answer];
  const { requests, unanswered } = reduce([...lonely, ...call({ url: "/b" })]);
  expect([requests, unanswered]).toEqual([2, 1]);
});

test("failing kinds come first, then slow ones, then frequent ones", () => {
  const { rows, upstreams } = reduce([
    ...[1, 2, 3].flatMap((at) => call({ at, url: "/often", code: 200 })),
    ...call({ at: 5, url: "/slow", code: 200, ms: 800 }),
    ...call({ at: 6, url: "/failing", code: 502, ms: 1 }),
    ...call({ at: 7, url: "/missing", code: 404, ms: 1 }),
  ]);
  expect(rows.map(({ path }) => path)).toEqual(["/failing", "/slow", "/missing", "/often"]);
  expect(upstreams).toMatchObject([{ destination: "default/deathstar", requests: 6 }]);
});

test("rows beyond the list are counted, and so is what got no row at all", () => {
  const few = Array.from({ length: 8 }, (_, at) => call({ at, url: `/${"abcdefgh"[at]}`, code: 200 })).flat();
  expect(reduce(few, { top: 3 })).toMatchObject({ requests: 8, folded: { rows: 5, requests: 5 } });
  const word = (at: number) =>
    [at % 26, (at / 26) % 26, (at / 676) % 26].map((one) => String.fromCharCode(97 + one)).join("");
  const scan = Array.from({ length: 5_000 }, (_, at) => call({ at, url: `/${word(at)}` })).flat();
  const { requests, rows, folded } = reduce(scan);
  expect(requests).toBe(5_000);
  expect(rows.reduce((sum, row) => sum + row.requests, 0) + folded.requests).toBe(5_000);
});

test("no secret of a URL or method comes out", () => {
  const url = "http://luke:Tr3ason-Pa55@deathstar/v1/tokens/ghp_abcdefghijklmnopqrstuvwxyz0123456789?password=hunter2";
  const text = JSON.stringify(reduce(call({ url, method: `GET ${"x".repeat(100)}`, code: 200 })));
  expect(text).not.toMatch(/Tr3ason|ghp_|hunter2|x{40}/);
});

test("other protocols, other events and other times are not counted", () => {
  const [asked] = call({});
  const stray =
    asked === undefined
      ? []
      : [
          { ...asked, time: window.to },
          { ...asked, eventType: 4 },
        ];
  expect(reduce([...stray, makeFlow()])).toMatchObject({ requests: 0, rows: [], timeline: {} });
});
