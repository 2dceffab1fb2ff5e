import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAlertmanager } from "../../../src/sources/alertmanager/alertmanager.ts";
import { startTestAlertmanager, type TestAlertmanager } from "../../support/alertmanager.ts";

describe("a real Alertmanager", () => {
  let server: TestAlertmanager;
  beforeAll(async () => {
    server = await startTestAlertmanager();
  }, 30_000);
  afterAll(() => server[Symbol.asyncDispose]());

  test("a silence is created, found by its labels, and expired", async () => {
    const { create, silences, silence, expire } = createAlertmanager({ url: `${server.url}/` });
    const matchers = { alertname: "Drops", pod: "a", note: 'say "no" to \\ {this}\nand that' };
    const from = Date.now();
    const given = { matchers, from, until: from + 3_600_000, createdBy: "ann (slack:U1)", comment: "why" };

    const id = await create(given);
    await create({ ...given, matchers: { alertname: "Other" } });

    expect(await silences(matchers)).toEqual([
      { id, state: "active", until: given.until, createdBy: "ann (slack:U1)", comment: "why" },
    ]);
    expect((await server.silences()).find((one) => one.id === id)?.matchers).toEqual(
      expect.arrayContaining([{ name: "note", value: matchers.note, isRegex: false, isEqual: true }]),
    );
    await expire(id);
    expect(await silence(id)).toMatchObject({ state: "expired" });
    expect(await silence("00000000-0000-4000-8000-000000000000")).toBeUndefined();
  });

  test("nothing is created that would silence everything", async () => {
    const given = { from: Date.now(), until: Date.now() + 60_000, createdBy: "a", comment: "b" };
    const before = (await server.silences()).length;

    await expect(createAlertmanager(server).create({ ...given, matchers: {} })).rejects.toThrow("everything");
    await expect(createAlertmanager(server).create({ ...given, matchers: { a: "" } })).rejects.toThrow("everything");
    expect(await server.silences()).toHaveLength(before);
  });
});

describe("what answers instead", () => {
  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      "a redirect",
      (reply) => reply.writeHead(302, { location: "http://elsewhere/?token=abc" }).end(),
      /redirects to http:\/\/elsewhere\/: configure/,
    ],
    ["no credentials", (reply) => reply.writeHead(401).end(), /refused our credentials \(401\): check bearerTokenFile/],
    ["another server", (reply) => reply.writeHead(404).end("not found"), /\(404\): check the address and its path/],
    ["a login page", (reply) => reply.writeHead(200).end("<html>"), /is no Alertmanager: check the address/],
    ["an old API", (reply) => reply.writeHead(200).end('{"status":"success"}'), /could not be understood/],
    [
      "a refusal",
      (reply) => reply.writeHead(400).end('"bad matcher for token=supersecretvalue123"\n'),
      /refused the request \(400\): bad matcher/,
    ],
    ["an overload", (reply) => reply.writeHead(503).end(), /cannot answer now \(503\)/],
    ["a broken line", (reply) => reply.destroy(), /could not be reached/],
  ])("%s", async (_, answer, say) => {
    await using server = await listen((_headers, reply) => answer(reply));
    const asked = createAlertmanager({ url: `http://ann:hunter2@127.0.0.1:${server.port}` }).silences({});

    await expect(asked).rejects.toMatchObject({ say: expect.stringMatching(say) });
    await asked.catch(({ say: said }: { say: string }) => expect(said).not.toMatch(/hunter2|supersecret|token=abc/));
  });

  test("credentials of files are read for each request", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-alertmanager-"));
    const file = join(directory, "secret");
    const seen: (string | undefined)[] = [];
    await using server = await listen((headers, reply) => {
      seen.push(headers.authorization);
      reply.writeHead(200).end("[]");
    });
    const url = `http://127.0.0.1:${server.port}/prefix/`;
    const basic = createAlertmanager({ url, username: "ann", passwordFile: file });
    const bearer = createAlertmanager({ url, bearerTokenFile: file });
    for (const secret of ["one", "two"]) {
      writeFileSync(file, `${secret}\n`);
      await bearer.silences({});
      await basic.silences({});
    }
    rmSync(directory, { recursive: true });

    const encoded = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    expect(seen).toEqual(["Bearer one", encoded("ann:one"), "Bearer two", encoded("ann:two")]);
    await expect(bearer.silences({})).rejects.toMatchObject({
      say: expect.stringContaining("for Alertmanager cannot be read"),
    });
  });
});

async function listen(answer: (headers: IncomingHttpHeaders, reply: ServerResponse) => void) {
  const server = createServer((request, reply) => answer(request.headers, reply));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
