import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { patienceMs } from "../../src/app/workers.ts";
import { roles } from "../../src/app.ts";
import { commands } from "../../src/commands/index.ts";
import { type Config, checkChannels, configWarnings, parseConfig } from "../../src/config.ts";
import { startAdmin } from "../../src/http.ts";
import { verbs } from "../../src/verbs/index.ts";
import { wrongFields } from "./kubernetes-fields.ts";
import {
  botPod,
  filesOf,
  find,
  objects,
  readKustomization,
  readText,
  redisPod,
  variants,
} from "./kubernetes-objects.ts";

const root = join(import.meta.dirname, "../..");
const pod = botPod.spec;
const [bot] = pod.containers;
const [redis] = redisPod.spec.containers;
const secretMount = bot.volumeMounts.find(({ name }) => name === "secrets")?.mountPath ?? "";

/** The Secret as it is mounted, with tokens that look real. */
let mounted: string;
beforeAll(() => {
  mounted = mkdtempSync(join(tmpdir(), "secret-"));
  const { stringData } = find<{ readonly stringData: Readonly<Record<string, string>> }>("Secret", "cilium-chatops");
  for (const [name, value] of Object.entries(stringData)) writeFileSync(join(mounted, name), value, { mode: 0o440 });
});
afterAll(() => rmSync(mounted, { recursive: true, force: true }));

function config(variant: (typeof variants)[number]): Config {
  return parseConfig(readText(`${variant}/config.yaml`).replaceAll(`${secretMount}/`, `${mounted}/`), {});
}

test("every file is applied, but for the Secret's example", () => {
  for (const variant of variants) {
    const { resources, configMapGenerator } = readKustomization(variant);
    const named = ["kustomization.yaml", ...resources, ...configMapGenerator.flatMap(({ files }) => files)];
    const present = filesOf(variant).filter((file) => file !== "secret.example.yaml");

    expect(new Set(named.filter((name) => name !== "../base"))).toEqual(new Set(present));
  }
});

test("built-in objects have the fields that the API has, with their types", () => {
  const builtIn = objects.filter(({ apiVersion }) => apiVersion !== "cilium.io/v2");

  expect(builtIn.length).toBeGreaterThan(9);
  expect(builtIn.flatMap(wrongFields)).toEqual([]);
  expect(wrongFields({ ...find("Deployment", "cilium-chatops"), spec: { replicas: "2", replica: 1 } })).toEqual([
    "Deployment.spec.replicas is no number",
    "Deployment.spec has no replica",
  ]);
});

test("both configurations are usable with the Secret's files", () => {
  const [base, http] = [config("base"), config("http")];

  expect(base.slack).toMatchObject({ mode: "socket", botToken: "xoxb-replace-me", appToken: "xapp-replace-me" });
  expect(http.slack).toMatchObject({ mode: "http", signingSecret: "replace-me" });
  for (const each of [base, http]) {
    expect(() => checkChannels(each.channels, Object.keys(commands))).not.toThrow();
    expect(configWarnings(each)).toEqual([]);
    expect(each.clusters[0]?.kubernetes?.inCluster).toBe(true);
  }
});

test("the configurations differ in how Slack reaches the bot", () => {
  const document = (variant: string) => parse(readText(`${variant}/config.yaml`)) as Readonly<Record<string, unknown>>;
  const { http, slack, artifacts, ...others } = document("http");
  const { http: baseHttp, slack: baseSlack, ...baseOthers } = document("base");

  expect(others).toEqual(baseOthers);
  expect(http).toMatchObject(baseHttp ?? {});
  expect([artifacts, slack, baseSlack].every((section) => section !== undefined)).toBe(true);
});

test("the container starts the program as its command line knows it", () => {
  const [name, ...options] = bot.args;
  const verb = verbs.find((candidate) => candidate.name === name);
  const given = Object.fromEntries(
    options.flatMap((word, at) => (at % 2 === 0 ? [[word.slice(2), options[at + 1]]] : [])),
  );
  const configMount = bot.volumeMounts.find((mount) => mount.name === "config")?.mountPath;

  expect(Object.keys(given).filter((option) => !verb?.options.some((known) => known.name === option))).toEqual([]);
  expect(roles).toContain(given["role"]);
  expect(given["config"]).toBe(`${configMount}/config.yaml`);
  expect(pod.volumes.find((volume) => volume.name === "secrets")?.secret).toEqual({
    secretName: find("Secret", "cilium-chatops").metadata.name,
    defaultMode: 0o440,
  });
});

test("probes ask what the admin port answers, on the port that the configuration opens to the pod's address", async () => {
  const { http } = config("base");
  const admin = await startAdmin({
    host: "127.0.0.1",
    port: 0,
    registry: new Registry(),
    readiness: () => ({ ready: true, parts: {} }),
  });
  try {
    for (const probe of [bot.livenessProbe, bot.readinessProbe]) {
      expect((await fetch(admin.url + probe.httpGet.path)).status).toBe(200);
      expect(bot.ports.find(({ name }) => name === probe.httpGet.port)?.containerPort).toBe(http.adminPort);
    }
  } finally {
    await admin.close();
  }
  expect(bot.livenessProbe.httpGet.path).toBe("/healthz");
  expect(bot.readinessProbe.httpGet.path).toBe("/readyz");
  expect(http.adminHost).toBe("0.0.0.0");
  expect(botPod.metadata.annotations).toMatchObject({ "prometheus.io/port": String(http.adminPort) });
});

test("the public port is the configuration's", () => {
  const { http } = config("http");

  expect(readText("http/kustomization.yaml")).toContain(`{ name: public, containerPort: ${http.port} }`);
  expect(find<{ readonly spec: unknown }>("Service", "cilium-chatops").spec).toMatchObject({
    ports: [{ targetPort: "public" }],
  });
  expect(readText("http/ingress.yaml")).toContain(new URL(http.publicUrl ?? "").hostname);
});

test("a stop leaves running work the time it takes", () => {
  const runningWork = patienceMs / 1_000;
  const beforeStop = Number(/sleep, "(\d+)"/.exec(readText("http/kustomization.yaml"))?.[1]);
  const openRequests = 5;
  const margin = 10;

  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(beforeStop + openRequests + runningWork + margin);
});

test("both workloads may do nothing that the restricted profile forbids", () => {
  for (const { securityContext, containers } of [pod, redisPod.spec]) {
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  }
});

test("images are the ones that docker compose runs, and this version", () => {
  const compose = parse(readFileSync(join(root, "docker-compose.yml"), "utf8")) as {
    services: { redis: { image: string } };
  };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

  expect(redis.image).toBe(compose.services.redis.image);
  expect(readKustomization("base").images).toMatchObject([{ name: bot.image, newTag: version }]);
});

test("Redis keeps what it was given", () => {
  const { args } = redis;
  const option = (name: string) => args[args.indexOf(`--${name}`) + 1];

  expect([option("appendonly"), option("appendfsync"), option("maxmemory-policy")]).toEqual([
    "yes",
    "always",
    "noeviction",
  ]);
});
