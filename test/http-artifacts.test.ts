import { expect, test } from "vitest";
import { artifactRoute, startPublic } from "../src/http.ts";
import { createLog } from "../src/log.ts";
import { createArtifacts } from "../src/store/artifacts.ts";
import { closeRedis, connectProducer, waitForRedis } from "../src/store/redis.ts";
import { startTestRedis } from "./support/redis.ts";

async function open() {
  const server = await startTestRedis();
  const redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 10_000);
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const store = { redis, prefix: "{test-links}", key: Buffer.alloc(32, 7) };
  const find = (token: string) => createArtifacts({ ...store, publicUrl: "" }).find(token);
  const web = await startPublic({
    host: "127.0.0.1",
    port: 0,
    routes: [artifactRoute({ find, log })],
    log,
  });
  return {
    server,
    web,
    lines,
    artifacts: createArtifacts({ ...store, publicUrl: web.url }),
    async [Symbol.asyncDispose]() {
      await web.close(0);
      await closeRedis(redis);
      await server[Symbol.asyncDispose]();
    },
  };
}

test("a link gives the file to be saved, and nothing in it is run or kept", async () => {
  await using opened = await open();
  const body = Buffer.from("<script>alert(1)</script>");
  const link = await opened.artifacts.keep({
    name: '../../a "b"\r\nx: ü.txt',
    type: "text/plain; charset=utf-8",
    body,
    ttlMs: 60_000,
  });

  const got = await fetch(link);
  const head = await fetch(link, { method: "HEAD" });

  expect(got.status).toBe(200);
  expect(Buffer.from(await got.arrayBuffer()).equals(body)).toBe(true);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(body.length),
    "content-disposition": 'attachment; filename="a-b-x-.txt"',
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect(got.headers.has("x")).toBe(false);
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(head.headers.get("content-length")).toBe(String(body.length));
  expect((await fetch(link, { method: "POST" })).status).toBe(405);
});

test.each(["", "...", "ü"])("a file called %o has a name all the same", async (name) => {
  await using opened = await open();
  const link = await opened.artifacts.keep({ name, type: "image/png", body: Buffer.from("x"), ttlMs: 60_000 });

  expect((await fetch(link)).headers.get("content-disposition")).toBe('attachment; filename="file"');
});

test("expired, unknown, malformed and forged links look the same", async () => {
  await using opened = await open();
  const { artifacts, web } = opened;
  const expired = await artifacts.keep({ name: "a", type: "image/png", body: Buffer.from("x"), ttlMs: 1 });
  await expect.poll(async () => (await fetch(expired)).status, { timeout: 10_000 }).toBe(404);
  const links = [
    expired,
    `${web.url}/artifacts/`,
    `${web.url}/artifacts/x`,
    `${web.url}/artifacts/${"A".repeat(22)}.${"A".repeat(43)}`,
    `${expired}x`,
    `${web.url}/artifacts/%41.%41`,
  ];
  const seen = await Promise.all(
    links.map(async (link) => {
      const response = await fetch(link);
      const { date: _, ...headers } = Object.fromEntries(response.headers);
      return JSON.stringify([response.status, headers, await response.text()]);
    }),
  );

  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toContain("there is nothing here, or no longer");
});

test("while Redis is away a link says so, and the log does not hold it", async () => {
  await using opened = await open();
  const link = await opened.artifacts.keep({ name: "a", type: "image/png", body: Buffer.from("x"), ttlMs: 60_000 });
  await opened.server[Symbol.asyncDispose]();

  const response = await fetch(link);

  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(opened.lines).toEqual([expect.stringContaining("artifact not read")]);
  expect(opened.lines.join("")).not.toContain(link.slice(-43));
});

test("a picture says that it is one, for pages that show it", async () => {
  await using opened = await open();
  const body = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
  const link = await opened.artifacts.keep({ name: "drops-1.png", type: "image/png", body, ttlMs: 60_000 });

  const got = await fetch(link);

  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-type": "image/png",
    "content-disposition": 'attachment; filename="drops-1.png"',
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  // It would keep other sites' pages, such as Teams, from showing it.
  expect(got.headers.has("cross-origin-resource-policy")).toBe(false);
  expect(Buffer.from(await got.arrayBuffer()).equals(body)).toBe(true);
});
