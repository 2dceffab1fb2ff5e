/** How the client proves who it is, and to whom it speaks. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Clusters } from "../../../src/config/clusters.ts";
import { createPrometheus, type PrometheusOptions } from "../../../src/sources/prometheus/prometheus.ts";
import { reply, startServer } from "./server.ts";

const soon = () => AbortSignal.timeout(5_000);
const body = JSON.stringify({ status: "success", data: { resultType: "scalar", result: [0, "1"] } });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prometheus-access-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function open(url: string, options: Partial<PrometheusOptions> = {}) {
  return createPrometheus({ name: "test", url, ...options });
}

async function certificate(name: string): Promise<{ readonly keyFile: string; readonly certFile: string }> {
  const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const pair = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  await Promise.all([writeFile(keyFile, pair.private), writeFile(certFile, pair.cert)]);
  return { keyFile, certFile };
}

describe("a server with a certificate of one's own", () => {
  async function startTls(name: string) {
    const { keyFile, certFile } = await certificate(name);
    const [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
    const server = createServer({ key, cert }, (_, response) => reply(200, body)(response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      certFile,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  test("is trusted with caFile, and not without it", async () => {
    await using server = await startTls("one");
    expect(await open(server.url, { caFile: server.certFile }).instant("1", 0, soon())).toMatchObject({
      type: "scalar",
    });
    await expect(open(server.url).instant("1", 0, soon())).rejects.toMatchObject({
      code: "UNREACHABLE",
      say: expect.stringContaining("set caFile to its CA."),
    });
  });

  test("is not trusted with another CA, and a file that is read anew is enough to change that", async () => {
    await using server = await startTls("two");
    const caFile = join(folder, "rotating.crt");
    await writeFile(caFile, await readFile((await certificate("other")).certFile));
    const prometheus = open(server.url, { caFile });
    await expect(prometheus.instant("1", 0, soon())).rejects.toMatchObject({ code: "UNREACHABLE" });
    await writeFile(caFile, await readFile(server.certFile));
    expect(await prometheus.instant("1", 0, soon())).toMatchObject({ type: "scalar" });
  });

  test("cannot be asked when caFile is not there", async () => {
    await expect(
      open("https://127.0.0.1:9", { caFile: join(folder, "none") }).instant("1", 0, soon()),
    ).rejects.toMatchObject({
      code: "NOT_CONFIGURED",
      say: expect.stringContaining("The caFile for Prometheus cannot be read"),
    });
  });
});

describe("who asks", () => {
  test("is said with username and the password as its file has it now", async () => {
    await using server = await startServer(reply(200, body));
    const passwordFile = join(folder, "password");
    await writeFile(passwordFile, "one:1 \n");
    const prometheus = open(`http://${server.host}`, { username: "bot", passwordFile });
    await prometheus.instant("1", 0, soon());
    await writeFile(passwordFile, "two");
    await prometheus.instant("1", 0, soon());
    const sent = server.requests.map(({ headers }) =>
      Buffer.from((headers.authorization ?? "").replace("Basic ", ""), "base64").toString(),
    );
    expect(sent).toEqual(["bot:one:1 ", "bot:two"]);
  });

  test("is said to a tenant's proxy below a path, and wins over a header of the same name", async () => {
    await using server = await startServer(reply(200, body));
    const headers = { "X-Scope-OrgID": "team-a|team-b", Authorization: "Bearer old" };
    const bearerTokenFile = join(folder, "token");
    await writeFile(bearerTokenFile, "new\n");
    await open(`http://${server.host}/prometheus/`, { headers, bearerTokenFile }).instant("1", 0, soon());
    expect(server.requests[0]).toMatchObject({
      path: "/prometheus/api/v1/query",
      headers: { "x-scope-orgid": "team-a|team-b", authorization: "Bearer new" },
    });
  });

  test("is configured in one way alone", () => {
    const configured = (prometheus: object) =>
      Clusters.safeParse([{ name: "a", prometheus: { url: "http://p:9090", ...prometheus } }]);
    expect(configured({ username: "bot", passwordFile: "/f", caFile: "/ca" })).toMatchObject({ success: true });
    expect(configured({ bearerTokenFile: "/f", username: "bot" }).error?.message).toContain("not both");
    expect(configured({ passwordFile: "/f" }).error?.message).toContain("passwordFile needs username");
  });
});

describe("what comes back", () => {
  test("may be packed, and is measured unpacked", async () => {
    const packed = (text: string) => (response: Parameters<Parameters<typeof startServer>[0]>[0]) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(text));
    };
    await using small = await startServer(packed(body));
    expect(await open(`http://${small.host}`).instant("1", 0, soon())).toMatchObject({ type: "scalar" });
    expect(small.requests[0]?.headers["accept-encoding"]).toBe("gzip");
    await using large = await startServer(packed(" ".repeat(17 * 1024 * 1024)));
    await expect(open(`http://${large.host}`).instant("1", 0, soon())).rejects.toMatchObject({ code: "TOO_MUCH" });
    await using cut = await startServer((response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.write(gzipSync(randomBytes(100_000)).subarray(0, 50_000), () => response.destroy());
    });
    await expect(open(`http://${cut.host}`).instant("1", 0, soon())).rejects.toMatchObject({ code: "UNREACHABLE" });
    await using broken = await startServer((response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end("no gzip");
    });
    await expect(open(`http://${broken.host}`).instant("1", 0, soon())).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});
