import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerCredentials } from "@grpc/grpc-js";
import { generate } from "selfsigned";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BotError } from "../../../src/errors.ts";
import type { HubbleTls } from "../../../src/sources/hubble/channel.ts";
import { createHubble } from "../../../src/sources/hubble/client.ts";
import { noon } from "../../fixtures/flows/make.ts";
import { nodes, packet, play, startRelay } from "../../fixtures/flows/relay.ts";

const names = { relay: "*.hubble-relay.cilium.io", client: "ui" };
const flows = play(nodes("connected", ["a"]), packet());
let folder = "";
let files: { readonly ca: string; readonly otherCa: string; readonly cert: string; readonly key: string };
let credentials: ServerCredentials;
let mutual: ServerCredentials;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "relay-tls-"));
  const [ca, other] = [await authority(), await authority()];
  const [server, client] = [await signed(names.relay, ca), await signed(names.client, ca)];
  files = {
    ca: await write("ca.crt", ca.cert),
    otherCa: await write("other.crt", other.cert),
    cert: await write("tls.crt", client.cert),
    key: await write("tls.key", client.private),
  };
  const pair = { private_key: Buffer.from(server.private), cert_chain: Buffer.from(server.cert) };
  credentials = ServerCredentials.createSsl(null, [pair]);
  mutual = ServerCredentials.createSsl(Buffer.from(ca.cert), [pair], true);
});
afterAll(() => rm(folder, { recursive: true }));

const serverName = "ui.hubble-relay.cilium.io";

async function packets(address: string, tls: Partial<HubbleTls>): Promise<number | BotError> {
  const hubble = createHubble({ name: "lab", address, tls: { enabled: true, ...tls } });
  try {
    return await ask(hubble);
  } catch (error) {
    return error as BotError;
  } finally {
    await hubble.close();
  }
}

async function ask(hubble: ReturnType<typeof createHubble>): Promise<number> {
  const select = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
  const question = {
    source: "hubble",
    ask: "drops",
    cluster: "lab",
    select,
    window: { from: noon, to: noon + 1 },
    top: 5,
  } as const;
  const finding = await hubble.answer(question, AbortSignal.timeout(5_000));
  return finding.ask === "drops" ? (finding.drops?.packets ?? -1) : -1;
}

test("Relay's certificate is checked against the CA and the name", async () => {
  await using relay = await startRelay({ flows, credentials });
  expect(await packets(relay.address, { caFile: files.ca, serverName })).toBe(1);
});

test("a client certificate is shown where Relay asks for one", async () => {
  await using relay = await startRelay({ flows, credentials: mutual });
  const own = { certFile: files.cert, keyFile: files.key };
  expect(await packets(relay.address, { caFile: files.ca, serverName, ...own })).toBe(1);
  expect(await packets(relay.address, { caFile: files.ca, serverName })).toMatchObject({ code: "UNREACHABLE" });
});

test.each([
  ["another CA", () => ({ caFile: files.otherCa, serverName }), /Check hubble.tls: caFile/],
  [
    "another name",
    () => ({ caFile: files.ca, serverName: "relay.example.com" }),
    /Check hubble.tls: caFile, and serverName/,
  ],
  ["no name at all", () => ({ caFile: files.ca }), /Check hubble.tls: caFile, and serverName/],
])("%s is refused, and the sentence says where to look", async (_, tls, say) => {
  await using relay = await startRelay({ flows, credentials });
  expect(await packets(relay.address, tls())).toMatchObject({ code: "UNREACHABLE", say: expect.stringMatching(say) });
});

test("TLS towards a Relay that speaks none is said to be that", async () => {
  await using relay = await startRelay({ flows });
  expect(await packets(relay.address, { caFile: files.ca, serverName })).toMatchObject({
    code: "UNREACHABLE",
    say: expect.stringContaining("Check hubble.tls.enabled"),
  });
});

test("a certificate that cannot be read is named", async () => {
  expect(await packets("127.0.0.1:1", { caFile: join(folder, "none.crt") })).toMatchObject({
    code: "NOT_CONFIGURED",
    say: expect.stringMatching(/caFile .*none\.crt cannot be used .*ENOENT.*Check hubble\.tls\./),
  });
  const garbage = await write("garbage.crt", "hello");
  expect(await packets("127.0.0.1:1", { certFile: garbage, keyFile: garbage })).toMatchObject({
    code: "NOT_CONFIGURED",
  });
});

test("certificates that were replaced on disk are used after the first failure", async () => {
  await using relay = await startRelay({ flows, credentials });
  const caFile = await write("rotating.crt", await authority().then((ca) => ca.cert));
  const hubble = createHubble({ name: "lab", address: relay.address, tls: { enabled: true, caFile, serverName } });
  await expect(ask(hubble)).rejects.toMatchObject({ code: "UNREACHABLE" });
  await writeFile(caFile, await import("node:fs/promises").then((fs) => fs.readFile(files.ca)));
  const answer = await ask(hubble).catch(() => ask(hubble));
  await hubble.close();
  expect(answer).toBe(1);
});

async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

function authority() {
  return generate([{ name: "commonName", value: "cilium-ca" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
}

function signed(name: string, ca: Awaited<ReturnType<typeof authority>>) {
  return generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
    ],
  });
}
