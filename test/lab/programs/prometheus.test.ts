import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type StartedAlertmanager, startAlertmanager } from "../../../src/lab/programs/alertmanager.ts";
import { findPrograms } from "../../../src/lab/programs/find.ts";
import type { Program } from "../../../src/lab/programs/program.ts";
import { type StartedPrometheus, startPrometheus } from "../../../src/lab/programs/prometheus.ts";

let prometheus: Program;
let promtool: Program;
let alertmanager: Program;

beforeAll(async () => {
  const found = await findPrograms(["prometheus", "promtool", "alertmanager"], { say: () => undefined });
  [prometheus, promtool, alertmanager] = found as [Program, Program, Program];
}, 300_000);

test("an alert goes from Prometheus through Alertmanager to the webhook, with its token", {
  timeout: 40_000,
}, async () => {
  const received: { authorization: string | undefined; body: string }[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      received.push({ authorization: request.headers.authorization, body });
      response.end();
    });
  });
  const webhook = { url: `http://127.0.0.1:${await listen(hook)}/alertmanager`, bearerToken: "lab-token" };
  let first: StartedAlertmanager | undefined;
  let second: StartedPrometheus | undefined;
  try {
    first = await startAlertmanager(alertmanager, { webhook });
    second = await startPrometheus({
      prometheus,
      promtool,
      targets: [],
      rules: [{ alert: "Always", expr: "vector(1)", for: "0s", labels: { severity: "info" }, annotations: {} }],
      alertmanager: new URL(first.url).host,
      intervalSeconds: 1,
    });
    for (let tries = 0; received.length === 0 && tries < 300; tries++) await sleep(100);
    expect(received[0]?.authorization).toBe("Bearer lab-token");
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
      version: "4",
      status: "firing",
      alerts: [{ labels: { alertname: "Always", severity: "info" } }],
    });
  } finally {
    await second?.close();
    await first?.close();
    hook.close();
  }
});

test("a Prometheus that cannot read its rules is told with its own words", { timeout: 30_000 }, async () => {
  const rules = [{ alert: "Broken", expr: "sum(", for: "0s", labels: {}, annotations: {} }];
  await expect(startPrometheus({ prometheus, promtool, targets: [], rules })).rejects.toThrow(/parse error/);
});

test("history that is no OpenMetrics stops the start with promtool's words", { timeout: 30_000 }, async () => {
  const history = () => ["this is not it\n", "# EOF\n"];
  await expect(startPrometheus({ prometheus, promtool, targets: [], history })).rejects.toThrow(
    /The past could not be written for Prometheus: it ended with 1:/,
  );
});

test("history is there before the first scrape, under the labels of the target", { timeout: 30_000 }, async () => {
  const seconds = Math.floor(Date.now() / 1000);
  const target = createServer((_, response) => response.end("# TYPE boxes_total counter\nboxes_total 300\n"));
  const address = `127.0.0.1:${await listen(target)}`;
  const labels = { job: "kubernetes-pods", instance: "192.168.10.100:9962", pod: "cilium-x" };
  const series = `boxes_total{job="kubernetes-pods",instance="192.168.10.100:9962",pod="cilium-x"}`;
  const started = await startPrometheus({
    prometheus,
    promtool,
    targets: [{ address, labels }],
    intervalSeconds: 1,
    *history() {
      for (let ago = 300; ago >= 0; ago -= 15) yield `${series} ${300 - ago} ${seconds - ago}\n`;
      yield "# EOF\n";
    },
  });
  try {
    expect(await query(started, "increase(boxes_total[4m])", seconds)).toEqual([{ metric: labels, value: "240" }]);
    for (let tries = 0; (await query(started, "up")).length === 0 && tries < 100; tries++) await sleep(100);
    expect(await query(started, "up")).toEqual([{ metric: { __name__: "up", ...labels }, value: "1" }]);
    expect(await query(started, "count(boxes_total)")).toEqual([{ metric: {}, value: "1" }]);
  } finally {
    await started.close();
    target.close();
    target.closeAllConnections();
  }
});

test("nothing is left of a Prometheus that was closed", { timeout: 30_000 }, async () => {
  const started = await startPrometheus({ prometheus, promtool, targets: [] });
  const flags = (await (await fetch(`${started.url}/api/v1/status/flags`)).json()) as {
    data: Partial<Record<string, string>>;
  };
  const directory = flags.data["storage.tsdb.path"] ?? "";
  expect(existsSync(directory)).toBe(true);
  await started.close();
  expect(existsSync(directory)).toBe(false);
  await expect(fetch(`${started.url}/-/ready`)).rejects.toThrow();
});

async function query(started: StartedPrometheus, expression: string, time?: number) {
  const parameters = new URLSearchParams({ query: expression, ...(time !== undefined && { time: String(time) }) });
  const answer = await fetch(`${started.url}/api/v1/query?${parameters}`);
  const { data } = (await answer.json()) as { data: { result: { metric: object; value: [number, string] }[] } };
  return data.result.map(({ metric, value }) => ({ metric, value: value[1] }));
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
