import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createArtifacts, createFiles, maxArtifactBytes } from "../../src/store/artifacts.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { startTestRedis } from "../support/redis.ts";

const prefix = "{test-artifacts}";
const key = Buffer.alloc(32, 7);
const publicUrl = "https://bot.example.com";

async function open() {
  const server = await startTestRedis();
  const redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 10_000);
  return {
    server,
    redis,
    artifacts: createArtifacts({ redis, prefix, key, publicUrl }),
    async [Symbol.asyncDispose]() {
      await closeRedis(redis);
      await server[Symbol.asyncDispose]();
    },
  };
}

const tokenOf = (link: string) => link.slice(link.lastIndexOf("/") + 1);
const text = { name: "flows.jsonl", type: "application/x-ndjson" } as const;

test("what was kept is found by its link, byte for byte, and expires", async () => {
  await using opened = await open();
  const { artifacts, redis } = opened;
  const body = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));

  const link = await artifacts.keep({ name: "a\nb.png", type: "image/png", body, ttlMs: 60_000 });

  expect(link).toMatch(/^https:\/\/bot\.example\.com\/artifacts\/[\w-]{22}\.[\w-]{43}$/);
  expect(await artifacts.find(tokenOf(link))).toEqual({ name: "a\nb.png", type: "image/png", body });
  const keys = await redis.keys("*:artifact:*");
  expect(keys).toEqual([`${prefix}:artifact:${tokenOf(link).slice(0, 22)}`]);
  const left = await redis.pttl(keys[0] ?? "");
  expect(left).toBeGreaterThan(50_000);
  expect(left).toBeLessThanOrEqual(60_000);

  const brief = await artifacts.keep({ ...text, body: Buffer.from("x"), ttlMs: 50.5 });
  await expect.poll(() => artifacts.find(tokenOf(brief)), { timeout: 10_000 }).toBeUndefined();
});

test("an empty file is a file, and two of the same have links of their own", async () => {
  await using opened = await open();
  const file = { ...text, body: Buffer.alloc(0), ttlMs: 60_000 };

  const first = await opened.artifacts.keep(file);
  const second = await opened.artifacts.keep(file);

  expect(first).not.toBe(second);
  expect((await opened.artifacts.find(tokenOf(first)))?.body.length).toBe(0);
});

test("a link works as it was given and in no other form", async () => {
  await using opened = await open();
  const { artifacts } = opened;
  const token = tokenOf(await artifacts.keep({ ...text, body: Buffer.from("x"), ttlMs: 60_000 }));
  const [id = "", signature = ""] = token.split(".");
  const last = signature.at(-1) ?? "";
  // The last character of 43 carries two bits that decoding drops: its neighbours decode to the same bytes.
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const alias = alphabet[alphabet.indexOf(last) ^ 1] ?? "";
  const other = createHmac("sha256", Buffer.alloc(32, 8)).update(id).digest("base64url");
  const forms = [
    "",
    ".",
    id,
    `${id}.`,
    `.${signature}`,
    `${id}.${signature.slice(0, -1)}`,
    `${id}.${signature.slice(0, -1)}${alias}`,
    `${id}.${other}`,
    `${"A".repeat(22)}.${signature}`,
    `${token}\n`,
    `${token}/`,
    `${token}.png`,
    ` ${token}`,
    "__proto__",
  ];

  expect(
    Buffer.from(`${signature.slice(0, -1)}${alias}`, "base64url").equals(Buffer.from(signature, "base64url")),
  ).toBe(true);
  for (const form of forms) expect([form, await artifacts.find(form)]).toEqual([form, undefined]);
  expect(await artifacts.find(token)).toBeDefined();
});

test("a forged link does not reach Redis", async () => {
  await using opened = await open();
  const before = Number(/cmdstat_get:calls=(\d+)/.exec(await opened.redis.info("commandstats"))?.[1] ?? 0);

  await opened.artifacts.find(`${"A".repeat(22)}.${"A".repeat(43)}`);

  expect(Number(/cmdstat_get:calls=(\d+)/.exec(await opened.redis.info("commandstats"))?.[1] ?? 0)).toBe(before);
});

test("8 MB are kept and one byte more is refused, with nothing stored", async () => {
  await using opened = await open();
  const { artifacts, redis } = opened;
  const body = Buffer.alloc(maxArtifactBytes, 1);

  const link = await artifacts.keep({ ...text, body, ttlMs: 60_000 });
  expect((await artifacts.find(tokenOf(link)))?.body.equals(body)).toBe(true);

  const more = { ...text, body: Buffer.alloc(maxArtifactBytes + 1), ttlMs: 60_000 };
  await expect(artifacts.keep(more)).rejects.toMatchObject({ code: "TOO_MUCH", say: expect.stringContaining("8 MB") });
  expect(await redis.dbsize()).toBe(1);
});

test("a type that is not on the list is not shown", async () => {
  await using opened = await open();
  const { artifacts, redis } = opened;
  const token = tokenOf(await artifacts.keep({ ...text, body: Buffer.from("x"), ttlMs: 60_000 }));
  const [stored = ""] = await redis.keys("*");
  await redis.set(stored, `${JSON.stringify({ name: "a.html", type: "text/html" })}\n<script>`);

  expect(await artifacts.find(token)).toBeUndefined();
});

test("while Redis is away both ways fail at once and say so", async () => {
  await using opened = await open();
  const { artifacts, server } = opened;
  const token = tokenOf(await artifacts.keep({ ...text, body: Buffer.from("x"), ttlMs: 60_000 }));
  await server[Symbol.asyncDispose]();

  await expect(artifacts.find(token)).rejects.toMatchObject({ code: "UNREACHABLE" });
  await expect(artifacts.keep({ ...text, body: Buffer.from("x"), ttlMs: 1_000 })).rejects.toMatchObject({
    code: "UNREACHABLE",
  });
  expect(await artifacts.find("forged")).toBeUndefined();
});

test("files that are kept with a bound take no more together: those that expire first go", async () => {
  await using opened = await open();
  const files = createFiles({ redis: opened.redis, prefix, mostBytes: 2_500 });
  const file = (ttlMs: number) => ({ ...text, body: Buffer.alloc(1_000, 1), ttlMs });

  const later = await files.keep(file(60_000));
  const sooner = await files.keep(file(30_000));
  const [third, other] = [await files.keep(file(60_000)), await opened.artifacts.keep(file(1_000))];

  const isThere = async (id: string) => (await files.find(id)) !== undefined;
  expect([await isThere(later), await isThere(sooner), await isThere(third)]).toEqual([true, false, true]);
  expect(await opened.artifacts.find(tokenOf(other))).toBeDefined();
  expect(opened.artifacts.link(third)).toMatch(/^https:\/\/bot\.example\.com\/artifacts\//);
  expect(await opened.artifacts.find(tokenOf(opened.artifacts.link(third)))).toMatchObject({ name: "flows.jsonl" });
  expect(await files.find("../other")).toBeUndefined();
});

test("pictures behind links have room for 64 MB: the oldest go, and no file does", async () => {
  await using opened = await open();
  const { artifacts } = opened;
  const day = 24 * 3_600_000;
  const body = Buffer.alloc(maxArtifactBytes, 1);
  const file = await artifacts.keep({ ...text, body, ttlMs: day });
  const links: string[] = [];

  for (let at = 0; at < 9; at++)
    links.push(await artifacts.keep({ name: "a.png", type: "image/png", body, ttlMs: 30 * day + at }));

  const there = async (link: string) => (await artifacts.find(tokenOf(link))) !== undefined;
  expect(await Promise.all([file, ...links].map(there))).toEqual([true, false, ...links.slice(1).map(() => true)]);
});
