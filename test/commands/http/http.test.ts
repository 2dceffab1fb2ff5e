import { afterAll, describe, expect, test } from "vitest";
import type { HttpResult } from "../../../src/commands/http/result.ts";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { renderCard } from "../../../src/platforms/teams/render.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { l7Lines } from "../../fixtures/flows/l7.ts";
import { play, relayDown } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { askL7 } from "../l7-shared/asking.ts";

const golden = goldenFolder("http");
afterAll(() => golden.expectNoOthers());

const resultOf = (answer: { readonly result: unknown }) => answer.result as HttpResult;

describe("asked of a recording", () => {
  test.each([
    "http --since 10m",
    "http ns/payments --since 10m --top 1",
    "http ns/kube-system --since 10m",
    "http -l app=nobody,env=prod --since 10m",
    "http --from-workload web --to-workload api --traffic-direction egress --since 10m",
    "http --since 2026-11-20T12:30:00Z",
    "http --since 10m --cluster *",
  ])("%s", async (text) => {
    const { message } = await askL7(text);
    golden.expect(text, `> ${text}\n\n${renderTerminal(message, { width: 100, color: false })}`);
  });

  test.each([
    ["slack", renderSlack],
    ["teams", renderCard],
  ] as const)("%s shows the same", async (platform, render) => {
    const { message } = await askL7("http --since 10m");
    const shown = render(message, { actionValue: ({ command }) => command });
    golden.expect(`${platform} http --since 10m`, `${JSON.stringify(shown, null, 1)}\n`);
  });

  test("percentiles are within 1 % of those of the flows, and counts are theirs", async () => {
    const { totals, requests } = resultOf(await askL7("http --from-workload web --to-workload api --since 10m"));
    const answers = l7Lines.flatMap(({ flow }) => {
      const { l7, traffic_direction, is_reply } = flow as {
        l7: { latency_ns?: string; http?: { url: string } };
        traffic_direction: string;
        is_reply: boolean;
      };
      return is_reply && traffic_direction === "INGRESS" && l7.http?.url.includes("/v1/orders/")
        ? [Number(l7.latency_ns) / 1e6]
        : [];
    });
    const sorted = answers.toSorted((a, b) => a - b);
    const exact = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
    expect(totals).toMatchObject({
      requests: 60,
      statuses: { "2xx": 49, "4xx": 6, "5xx": 5 },
      unanswered: 0,
      refused: 0,
    });
    expect(requests.map(({ path }) => path)).toEqual(["/v1/orders/{id}"]);
    for (const [name, part] of [
      ["p50", 0.5],
      ["p95", 0.95],
      ["p99", 0.99],
    ] as const)
      expect(Math.abs((totals?.latency?.[name] ?? 0) - exact(part)) / exact(part)).toBeLessThanOrEqual(0.0105);
  });

  test("conditions on the source are on who asks, and answers follow", async () => {
    const fromApi = resultOf(await askL7("http --from-workload api --since 10m"));
    expect(fromApi.requests.map(({ source, destination, path }) => `${source} ${destination} ${path}`)).toEqual([
      "shop/api payments/ledger /settle",
      "shop/api payments/ledger /book",
    ]);
    expect(fromApi.totals?.statuses).toEqual({ "2xx": 15 });
  });

  test("where only one namespace may be seen there is nothing that others have among themselves", async () => {
    const { result, message } = await askL7("http --since 10m", { visible: { "prod-eu": ["payments"] } });
    expect((result as HttpResult).requests.every(({ destination }) => destination === "payments/ledger")).toBe(true);
    expect((result as HttpResult).totals?.requests).toBe(17);
    expect(JSON.stringify(message)).toContain("Only flows from or to namespace payments are shown here.");
  });

  test("no secret is in any part of an answer", async () => {
    expect(JSON.stringify(await askL7("http --since 10m"))).not.toContain("TRUTHSECRET6");
  });
});

test("the target is ambiguous, or Relay is away", () => {
  const { answer } = play({ text: "http deathstar", reply: () => relayDown });
  golden.expect("Relay is away", renderTerminal(answer.message, { width: 100, color: false }));
});
