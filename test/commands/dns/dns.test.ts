import { afterAll, describe, expect, test } from "vitest";
import type { DnsResult } from "../../../src/commands/dns/result.ts";
import { answersText, ttlText } from "../../../src/commands/dns/words.ts";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { renderCard } from "../../../src/platforms/teams/render.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { askL7 } from "../l7-shared/asking.ts";

const golden = goldenFolder("dns");
afterAll(() => golden.expectNoOthers());

describe("asked of a recording", () => {
  test.each([
    "dns --since 10m",
    "dns --from-workload api --since 10m --all",
    "dns ns/payments --since 10m",
    "dns --since 10m --cluster * --all",
  ])("%s", async (text) => {
    const { message } = await askL7(text);
    golden.expect(text, `> ${text}\n\n${renderTerminal(message, { width: 100, color: false })}`);
  });

  test.each([
    ["slack", renderSlack],
    ["teams", renderCard],
  ] as const)("%s shows the same", async (platform, render) => {
    const { message } = await askL7("dns --since 10m");
    const shown = render(message, { actionValue: ({ command }) => command });
    golden.expect(`${platform} dns --since 10m`, `${JSON.stringify(shown, null, 1)}\n`);
  });

  test("search-path noise is told from the name that does not exist and the one that fails", async () => {
    const result = (await askL7("dns --since 10m")).result as DnsResult;
    expect(result.totals).toMatchObject({
      queries: 128,
      answers: { NXDOMAIN: 64, NOERROR: 40, EMPTY: 20, SERVFAIL: 4 },
      missing: 64,
    });
    expect(result.search).toMatchObject({ queries: 60, names: [{ client: "shop/api", name: "api.example.com" }] });
    expect(result.names.map(({ name }) => name)).toEqual([
      "broken.example.org",
      "ledgr.payments.svc.cluster.local",
      "api.example.com",
      "api.shop.svc.cluster.local",
    ]);
  });

  test("where only one namespace may be seen there is nothing of others", async () => {
    const { result } = await askL7("dns --since 10m", { visible: { "prod-eu": ["payments"] } });
    expect((result as DnsResult).totals?.queries).toBe(0);
  });
});

test("markup and controls in a name are shown as they are", async () => {
  const hostile = "<!channel>.*bold*.\u202eevil.example.";
  const flow = (type: "REQUEST" | "RESPONSE") => ({
    flow: {
      ...{
        time: "2026-11-20T12:00:00Z",
        node_name: "k8s-w1",
        verdict: "FORWARDED",
        Type: "L7",
        event_type: { type: 129 },
      },
      l7: { type, dns: { query: hostile, qtypes: ["A"], rcode: 3 } },
    },
    ...{ node_name: "k8s-w1", time: "2026-11-20T12:00:00Z" },
  });
  const { message } = await askL7("dns", { lines: [flow("REQUEST"), flow("RESPONSE")] });
  expect(renderTerminal(message, { width: 100, color: false })).not.toContain("\u202e");
  expect(JSON.stringify(renderSlack(message, { actionValue: ({ command }) => command }))).not.toContain("<!channel>");
});

test("an answer that holds no more says since when, unless newer ones may not have been seen", () => {
  const counts = { queries: 1, answers: {}, missing: 0, refused: 0, unanswered: 0, latency: null };
  const row = { ...counts, client: "default/xwing", name: "a.example", types: [], tried: 1, last: "" };
  const askedAt = Date.parse("2026-11-20T12:00:00Z");
  const window = { from: askedAt - 900_000, to: askedAt };
  const said = (at: string, to = askedAt) =>
    ttlText({ ...row, found: { at, ttl: 30 } }, { askedAt, window: { ...window, to } });
  expect(said("2026-11-20T11:59:40Z")).toBe("30s");
  expect(said("2026-11-20T11:48:00Z")).toBe("30s, ended 11m30s ago");
  expect(said("2026-11-20T11:48:00Z", askedAt - 60_000)).toBe("30s");
  expect(ttlText({ ...row, found: null }, { askedAt, window })).toBe("");
});

test("a type without any answer says nothing but that", () => {
  const counts = { queries: 3, missing: 0, refused: 0, latency: null };
  const type = (name: string, answers: Record<string, number>) => ({ type: name, queries: 1, answers });
  const row = { ...counts, client: "default/xwing", name: "a.example", tried: 1, last: "" };
  const said = (types: readonly ReturnType<typeof type>[], unanswered: number) =>
    answersText({ ...row, types, answers: {}, unanswered });
  expect(said([type("A", { NOERROR: 2 }), type("AAAA", {})], 1)).toBe("A NOERROR 2, no answer 1");
  expect(said([type("A", { NXDOMAIN: 2 }), type("AAAA", { NXDOMAIN: 1 })], 0)).toBe("NXDOMAIN 3");
  expect(said([type("A", {})], 0)).toBe("not answered yet");
});
