import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { startLab } from "./lab.ts";

test("clients verify the certificate by the kubeconfig's authority, under every name given", async () => {
  const lab = await startLab({ names: ["lab.example", "10.1.2.3"] });
  const config = parse(lab.kubeconfig("https://lab.example:6443"));
  const { server, "certificate-authority-data": ca } = config.clusters[0].cluster;
  expect(server).toBe("https://lab.example:6443");
  expect(config.users[0].user.token).toBe(lab.token);
  const port = Number(new URL(lab.url).port);
  for (const servername of ["localhost", "127.0.0.1", "lab.example", "10.1.2.3"]) {
    // An address is no server name in TLS: it is only checked.
    const named = /^[\d.]+$/.test(servername) ? { checkServerIdentity: identity(servername) } : { servername };
    const socket = connectTls({ host: "127.0.0.1", port, ca: Buffer.from(ca, "base64"), ...named });
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(5_000) });
    expect(socket.authorized).toBe(true);
    socket.destroy();
  }
  const stranger = connectTls({ host: "127.0.0.1", port, ca: Buffer.from(ca, "base64"), servername: "evil.example" });
  const [error] = await once(stranger, "error", { signal: AbortSignal.timeout(5_000) });
  expect(error.code).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("a token is needed for everything but health and version", async () => {
  const { api, token } = await startLab();
  for (const path of ["/healthz", "/livez", "/readyz", "/readyz/etcd"])
    expect((await api.get(path, { token: null })).text).toBe("ok");
  expect((await api.get("/version", { token: null })).body.gitVersion).toBe("v1.33.2");
  for (const path of ["/api", "/apis", "/api/v1", "/api/v1/pods", "/nothing"])
    expect((await api.get(path, { token: null })).status).toBe(401);
  expect((await api.get("/healthz", { token: "wrong" })).status).toBe(401);
  expect((await api.get("/api/v1/pods", { token: `${token}x` })).status).toBe(401);
});

test("tokens can be given, and an empty one is refused", async () => {
  const { api, token } = await startLab({ tokens: ["one", "two"] });
  expect(token).toBe("one");
  expect((await api.get("/api", { token: "two" })).status).toBe(200);
  await expect(startLab({ tokens: ["one", ""] })).rejects.toThrow("tokens must not be empty");
});

test.each([
  ["DELETE", "/api/v1/namespaces/default/pods/xwing", "delete", 'pods "xwing" is forbidden'],
  ["DELETE", "/api/v1/namespaces/default/pods", "deletecollection", "pods is forbidden"],
  ["POST", "/api/v1/namespaces/default/pods", "create", "pods is forbidden"],
  [
    "PUT",
    "/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies/rule1",
    "update",
    'ciliumnetworkpolicies.cilium.io "rule1" is forbidden',
  ],
  ["PATCH", "/api/v1/nodes/k8s-w1", "patch", 'nodes "k8s-w1" is forbidden'],
  ["GET", "/api/v1/namespaces/default/pods/xwing/log", "get", 'pods "xwing" is forbidden'],
])("%s %s is forbidden as RBAC says it", async (method, path, verb, beginning) => {
  const { api } = await startLab({ step: "l7" });
  const answer = await api.get(path, { method, body: method === "GET" ? "" : "{}" });
  expect(answer.status).toBe(403);
  expect(answer.body).toMatchObject({ kind: "Status", reason: "Forbidden", code: 403 });
  expect(answer.body.message.startsWith(`${beginning}: User "lab" cannot ${verb} resource `)).toBe(true);
  expect((await api.get("/api/v1/namespaces/default/pods/xwing")).status).toBe(200);
});

test.each([
  ["POST", "/api"],
  ["DELETE", "/version"],
  ["OPTIONS", "/api/v1/pods"],
  ["GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"],
])("%s %s is 405", async (method, path) => {
  const { api } = await startLab();
  expect((await api.get(path, { method })).body).toMatchObject({ reason: "MethodNotAllowed", code: 405 });
});

test.each([
  "/",
  "/api/v2",
  "/apis/nope.example",
  "/apis/cilium.io/v2alpha1",
  "/api/v1/pods/xwing",
  "/api/v1/namespaces/default/nodes",
  "/api/v1/namespaces//pods",
  "/api/v1/namespaces/default/pods/a/b/c",
  "/api/v1/%zz",
  "/openapi/v2",
])("%s is no page", async (path) => {
  const { api } = await startLab();
  const answer = await api.get(path);
  expect([answer.status, answer.text]).toEqual([404, "404 page not found\n"]);
});

test("discovery names every resource once, with what may be done", async () => {
  const { api } = await startLab();
  expect((await api.get("/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
  const groups = (await api.get("/apis")).body.groups as { name: string; preferredVersion: { groupVersion: string } }[];
  const listed: string[] = [];
  for (const path of ["/api/v1", ...groups.map((group) => `/apis/${group.preferredVersion.groupVersion}`)]) {
    const { resources } = (await api.get(path)).body as { resources: { name: string; verbs: string[] }[] };
    for (const { name, verbs } of resources) listed.push(`${name} ${verbs.join(",")}`);
  }
  expect(listed).toContain("ciliumnetworkpolicies get,list,watch");
  expect(listed).toContain("selfsubjectaccessreviews create");
  expect(new Set(listed).size).toBe(listed.length);
  for (const { name } of groups)
    expect((await api.get(`/apis/${name}`)).body).toMatchObject({ kind: "APIGroup", name });
});

test.each([
  [{ resourceAttributes: { verb: "watch", group: "", resource: "pods" } }, true],
  [
    { resourceAttributes: { verb: "get", group: "cilium.io", resource: "ciliumendpoints", namespace: "default" } },
    true,
  ],
  [{ resourceAttributes: { verb: "delete", group: "", resource: "pods" } }, false],
  [{ resourceAttributes: { verb: "list", group: "apps", resource: "pods" } }, false],
  [{ resourceAttributes: { verb: "list", group: "", resource: "secrets" } }, false],
  [{ resourceAttributes: { verb: "get", group: "", resource: "pods", subresource: "log" } }, false],
  [{ nonResourceAttributes: { verb: "get", path: "/healthz" } }, true],
  [{ nonResourceAttributes: { verb: "get", path: "/metrics" } }, false],
])("may I %j: %s", async (spec, allowed) => {
  const { api } = await startLab();
  const body = JSON.stringify({ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec });
  const answer = await api.get("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { method: "POST", body });
  expect(answer.body.status).toEqual({ allowed });
});

test("a body that is no review, or too large, is refused", async () => {
  const { api } = await startLab();
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  expect((await api.get(path, { method: "POST", body: "{" })).status).toBe(400);
  expect((await api.get(path, { method: "POST", body: "null" })).status).toBe(400);
  expect((await api.get(path, { method: "POST", body: Buffer.from("k8s\0\x0a\xff") })).status).toBe(400);
  const large = await api.get(path, { method: "POST", body: "x".repeat(1_048_577) });
  expect(large.body).toMatchObject({ reason: "RequestEntityTooLarge", code: 413 });
});

test("a fault answers everything with its status, until it is taken back", async () => {
  const { api, store } = await startLab();
  store.setFault({ status: 503 });
  expect((await api.get("/api/v1/pods")).body).toMatchObject({ reason: "ServiceUnavailable", code: 503 });
  expect((await api.get("/healthz")).status).toBe(503);
  store.setFault(null);
  expect((await api.get("/api/v1/pods")).status).toBe(200);
});

test("a hang answers nothing and holds events back; afterwards watchers start anew", async () => {
  const { api, store, world, now } = await startLab();
  const path = "/apis/cilium.io/v2/ciliumnetworkpolicies?watch=true";
  const watch = await api.watch(path);
  const quiet = await api.watch("/api/v1/configmaps?watch=true");
  store.setFault({ hang: true });
  let answered = false;
  const asked = api.get("/healthz").then(
    () => {
      answered = true;
    },
    (error: Error) => error,
  );
  world.setStep("l3-l4", now());
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(answered).toBe(false);
  store.setFault(null);
  expect(await asked).toMatchObject({ code: "ECONNRESET" });
  expect(await watch.next()).toBeUndefined();
  expect(store.watches()).toBe(1);
  quiet.close();
  expect((await (await api.watch(path)).next()).type).toBe("ADDED");
});

test("closing ends watches, hung requests and connections that never spoke, at once", async () => {
  const { api, store, close, url } = await startLab();
  const watch = await api.watch("/api/v1/pods?watch=true&resourceVersion=1");
  expect((await watch.next()).object.code).toBe(410);
  const live = await api.watch("/apis/cilium.io/v2/ciliumnetworkpolicies?watch=true");
  const silent = connect({ host: "127.0.0.1", port: Number(new URL(url).port) });
  await once(silent, "connect");
  silent.on("error", () => undefined);
  store.setFault({ hang: true });
  const hung = api.get("/healthz").catch((error: Error) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const begun = performance.now();
  await close();
  expect(performance.now() - begun).toBeLessThan(4_000);
  expect(await live.next()).toBeUndefined();
  expect(await hung).toMatchObject({ code: "ECONNRESET" });
  if (!silent.closed) await once(silent, "close", { signal: AbortSignal.timeout(5_000) });
  await expect(api.get("/healthz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("objects of kinds that are not served cannot be stored", async () => {
  const { store } = await startLab();
  expect(() => store.upsert({ apiVersion: "v1", kind: "Secret", metadata: { name: "a", namespace: "b" } })).toThrow(
    "the lab serves no kind Secret",
  );
  expect(() => store.upsert({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" } })).toThrow(
    "must have a namespace",
  );
  expect(store.remove("Pod", "default", "nope")).toBe(false);
});

function identity(name: string): (host: string, certificate: { subjectaltname?: string }) => Error | undefined {
  return (_, certificate) =>
    certificate.subjectaltname?.includes(`IP Address:${name}`)
      ? undefined
      : new Error(`${name} is not in the certificate`);
}
