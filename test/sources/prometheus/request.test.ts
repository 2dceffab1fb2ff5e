import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BotError } from "../../../src/errors.ts";
import { createPrometheus, type PrometheusOptions } from "../../../src/sources/prometheus/prometheus.ts";
import { reply, startServer } from "./server.ts";

const vector = (extra: object = {}) =>
  JSON.stringify({
    status: "success",
    data: { resultType: "vector", result: [{ metric: { a: "b" }, value: [1_700_000_000.123, "+Inf"] }] },
    ...extra,
  });

function open(host: string, options: Partial<PrometheusOptions> = {}) {
  return createPrometheus({ name: "test", url: `http://${host}`, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<BotError> {
  const thrown = await promise.then(
    () => new Error("it did not fail"),
    (one: unknown) => one,
  );
  if (thrown instanceof BotError) return thrown;
  throw thrown;
}

const soon = () => AbortSignal.timeout(5_000);

describe("a query", () => {
  test("is a form sent by POST to the API below the configured path", async () => {
    await using server = await startServer(
      reply(200, vector({ warnings: ["careful"], infos: ["metric might not be a counter"] })),
    );
    const prometheus = createPrometheus({
      name: "test",
      url: `http://${server.host}/prom/`,
      headers: { "X-Scope-OrgID": "t1" },
      timeoutMs: 7_000,
    });
    const result = await prometheus.instant("up", 1_700_000_000_500, soon());
    expect(result).toEqual({
      type: "vector",
      warnings: ["careful"],
      infos: ["metric might not be a counter"],
      series: [{ labels: { a: "b" }, sample: { time: 1_700_000_000_123, value: Number.POSITIVE_INFINITY } }],
    });
    const [seen] = server.requests;
    expect([seen?.method, seen?.path]).toEqual(["POST", "/prom/api/v1/query"]);
    expect(Object.fromEntries(seen?.form ?? [])).toEqual({ query: "up", time: "1700000000.5", timeout: "7s" });
    expect(seen?.headers["x-scope-orgid"]).toBe("t1");
  });

  test("carries the bearer token as the file has it now", async () => {
    await using server = await startServer(reply(200, vector()));
    const folder = await mkdtemp(join(tmpdir(), "prometheus-test-"));
    const bearerTokenFile = join(folder, "token");
    await writeFile(bearerTokenFile, "one\n");
    const prometheus = open(server.host, { bearerTokenFile });
    await prometheus.instant("up", 0, soon());
    await writeFile(bearerTokenFile, "two\n");
    await prometheus.instant("up", 0, soon());
    await rm(folder, { recursive: true });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer one", "Bearer two"]);
    expect(await failureOf(prometheus.instant("up", 0, soon()))).toMatchObject({ code: "NOT_CONFIGURED" });
  });

  test("sends the address's userinfo as basic authentication and never shows it", async () => {
    await using server = await startServer(reply(500, "oops"));
    const prometheus = createPrometheus({ name: "test", url: `http://bot:hunter%402@${server.host}` });
    const failure = await failureOf(prometheus.instant("up", 0, soon()));
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("bot:hunter@2").toString("base64")}`);
    expect(`${failure.say} ${failure.message}`).not.toMatch(/hunter|bot:/);
    expect(failure.say).toContain(`http://${server.host}`);
  });
});

describe("a failure", () => {
  const apiError = (errorType: string, error: string) => JSON.stringify({ status: "error", errorType, error });

  test.each<[string, number, string, string, string]>([
    [
      "a query that cannot be parsed",
      400,
      apiError("bad_data", "1:4: parse error: unexpected end"),
      "REFUSED",
      "refused the query (bad_data): 1:4: parse error",
    ],
    ["an execution error", 422, apiError("execution", "multiple matches for labels"), "REFUSED", "multiple matches"],
    [
      "too many samples",
      422,
      apiError("execution", "query processing would load too many samples into memory"),
      "TOO_MUCH",
      "too many samples",
    ],
    [
      "the server's own timeout",
      503,
      apiError("timeout", "query timed out in expression evaluation"),
      "TIMEOUT",
      "did not finish in time",
    ],
    ["a server that is starting", 503, apiError("unavailable", "TSDB not ready"), "OVERLOADED", "TSDB not ready"],
    ["an unknown kind of error", 418, apiError("teapot", "short and stout"), "REFUSED", "short and stout"],
    ["a refused token", 401, "Unauthorized", "DENIED", "check bearerTokenFile"],
    ["a forbidden path", 403, apiError("x", "y"), "DENIED", "check bearerTokenFile"],
    ["another server", 404, "<html>not here</html>", "REFUSED", "no Prometheus API"],
    ["a login page", 200, "<html>sign in</html>", "BROKEN_ANSWER", "no Prometheus API"],
    ["JSON of something else", 200, '{"hello":1}', "BROKEN_ANSWER", "no Prometheus API"],
    ["JSON that is cut off", 200, '{"status":"success","data":{', "BROKEN_ANSWER", "no Prometheus API"],
    ["an unknown result", 200, '{"status":"success","data":{"resultType":"cube","result":[]}}', "BROKEN_ANSWER", ""],
    ["a result without data", 200, '{"status":"success"}', "BROKEN_ANSWER", ""],
    ["a gateway without a server", 502, "bad gateway", "UNREACHABLE", "answered 502"],
    ["a busy proxy", 503, "<html>busy</html>", "OVERLOADED", "cannot answer now"],
    ["a rate limit", 429, "slow down", "OVERLOADED", "cannot answer now"],
  ])("of %s is told", async (_, status, body, code, part) => {
    await using server = await startServer(reply(status, body));
    const failure = await failureOf(open(server.host).instant("up", 0, soon()));
    expect([failure.code, failure.say.includes(part)], failure.say).toEqual([code, true]);
    expect(failure.say.endsWith(".")).toBe(true);
  });

  test("is told without what the server repeats of secrets, and so are its warnings", async () => {
    const said = "tenant proxy refused password=hunter2";
    await using failing = await startServer(reply(422, apiError(`x ${said}`, said)));
    const { say, message } = await failureOf(open(failing.host).instant("up", 0, soon()));
    expect(say).toContain("tenant proxy refused password=…");
    await using warning = await startServer(reply(200, vector({ warnings: [said] })));
    const { warnings } = await open(warning.host).instant("up", 0, soon());
    expect(warnings).toEqual(["tenant proxy refused password=…"]);
    expect(say + message).not.toContain("hunter2");
  });

  test("of a redirect names its target, and nothing is sent there", async () => {
    await using other = await startServer(reply(200, vector()));
    await using server = await startServer(
      reply(302, "", { location: `http://luke:abc@${other.host}/login?token=abc` }),
    );
    const failure = await failureOf(
      open(server.host, { headers: { authorization: "Bearer x" } }).instant("up", 0, soon()),
    );
    expect(failure).toMatchObject({
      code: "REFUSED",
      say: expect.stringContaining(`redirects to http://${other.host}/login:`),
    });
    expect(failure.say).not.toContain("abc");
    expect(other.requests).toEqual([]);
  });

  test("of a refused connection is UNREACHABLE", async () => {
    const failure = await failureOf(open("127.0.0.1:9").instant("up", 0, soon()));
    expect(failure).toMatchObject({ code: "UNREACHABLE", retry: true });
    expect(failure.say).toMatch(/^Prometheus at http:\/\/127\.0\.0\.1:9 could not be reached/);
  });

  test("of a connection that breaks is UNREACHABLE", async () => {
    await using server = await startServer((response) => response.destroy());
    expect((await failureOf(open(server.host).instant("up", 0, soon()))).code).toBe("UNREACHABLE");
  });

  test("of a server that hangs comes at the deadline of whoever asks, or at our own", async () => {
    await using server = await startServer(() => undefined);
    const started = performance.now();
    const failure = await failureOf(open(server.host).instant("up", 0, AbortSignal.timeout(100)));
    expect(failure).toMatchObject({
      code: "TIMEOUT",
      say: `Prometheus at http://${server.host} gave no answer in time.`,
    });
    expect((await failureOf(open(server.host, { timeoutMs: 100 }).instant("up", 0, soon()))).code).toBe("TIMEOUT");
    expect((await failureOf(open(server.host).instant("up", 0, AbortSignal.abort()))).code).toBe("CANCELLED");
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("of a body that never ends comes at the deadline too", async () => {
    await using server = await startServer((response) => {
      response.writeHead(200);
      response.write('{"status":');
    });
    expect((await failureOf(open(server.host).instant("up", 0, AbortSignal.timeout(100)))).code).toBe("TIMEOUT");
  });

  test("of an answer above 16 MB is TOO_MUCH", async () => {
    await using server = await startServer((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024, 32);
      for (let at = 0; at < 20; at++) response.write(chunk);
      response.end();
    });
    expect((await failureOf(open(server.host).instant("up", 0, soon()))).code).toBe("TOO_MUCH");
  });

  test("of an address that is none says how one looks", async () => {
    const prometheus = createPrometheus({ name: "test", url: "prometheus:9090" });
    expect(await failureOf(prometheus.instant("up", 0, soon()))).toMatchObject({ code: "NOT_CONFIGURED" });
  });
});

describe("the version", () => {
  test("is empty where the server answers queries but does not tell", async () => {
    await using server = await startServer((response, { path }) =>
      path.endsWith("buildinfo") ? reply(404, "no")(response) : reply(200, vector())(response),
    );
    expect(await open(server.host).status(soon())).toEqual({ version: "" });
  });
});

describe("drop totals", () => {
  const question = {
    source: "prometheus",
    ask: "dropTotals",
    cluster: "test",
    window: { from: 0, to: 600_000 },
  } as const;
  const number = (value: string) => ({
    status: "success",
    data: { resultType: "vector", result: value === "" ? [] : [{ metric: {}, value: [0, value] }] },
  });

  test("say that the metric is switched off when agents are there without it", async () => {
    await using server = await startServer((response, { form }) =>
      reply(200, JSON.stringify(number((form.get("query") ?? "").includes("cilium_version") ? "3" : "")))(response),
    );
    const finding = await open(server.host).answer(question, soon());
    expect(finding).toMatchObject({ totals: [], forwarded: null, agents: 0 });
    expect(finding.warnings).toEqual([expect.stringContaining("though 3 agents are scraped")]);
    expect(finding.queries).toEqual([
      "sum by (reason, direction) (increase(cilium_drop_count_total[600s] @ 600))",
      "sum(increase(cilium_forward_count_total[600s] @ 600))",
    ]);
  });

  test("are empty when agents count forwarded packets and no drop", async () => {
    const matrix = {
      metric: { __name__: "cilium_forward_count_total", instance: "a", direction: "INGRESS" },
      values: Array.from({ length: 60 }, (_, at) => [at * 15 - 60, String(at * 30)]),
    };
    await using server = await startServer((response, { form }) =>
      reply(
        200,
        (form.get("query") ?? "").startsWith("sum(count_over_time(")
          ? JSON.stringify(number("60"))
          : JSON.stringify({
              status: "success",
              data: { resultType: "matrix", result: [matrix] },
              warnings: ["from the server"],
            }),
      )(response),
    );
    const finding = await open(server.host).answer(question, soon());
    expect(finding).toMatchObject({ totals: [], forwarded: 1_200, agents: 1 });
    expect(finding.warnings).toEqual([
      expect.stringContaining("though cilium_forward_count_total is there"),
      "from the server",
    ]);
  });
});
