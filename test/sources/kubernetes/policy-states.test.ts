import { setImmediate as breathe } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { PolicyState, PolicyStatesFinding } from "../../../src/sources/question.ts";
import { startApiServer, type TestObject } from "./api-server.ts";
import { named, paths, service } from "./objects.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes;

beforeEach(async () => {
  server = await startApiServer();
});

afterEach(async () => {
  await kubernetes.close();
  await server[Symbol.asyncDispose]();
});

async function start(): Promise<void> {
  kubernetes = createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
  await kubernetes.ready(AbortSignal.timeout(30_000));
}

async function ask(visible?: readonly string[]): Promise<PolicyStatesFinding> {
  const question = { source: "kubernetes", ask: "policyStates", cluster: "test" } as const;
  const restricted = visible === undefined ? question : { ...question, visible };
  return await kubernetes.answer(restricted, AbortSignal.timeout(20_000));
}

const spec = (section: object) => ({ spec: { endpointSelector: {}, ...section } });
const open = spec({ ingress: [{ fromEndpoints: [{ matchLabels: { app: "web" } }] }] });
const shut = spec({ ingress: [{}] });

function put(kind: "cnp" | "ccnp" | "networkPolicies", path: string, rest: object, time?: string): void {
  const [namespace = "", name = ""] = path.split("/");
  const base = named(namespace, name);
  const managedFields = time === undefined ? [] : [{ manager: "kubectl", time }];
  server.upsert(paths[kind], { ...base, metadata: { ...base.metadata, managedFields }, ...rest } as TestObject);
}

const created = Date.parse("2026-11-20T10:00:00Z") / 1_000;
const byName = (states: readonly PolicyState[] = []) =>
  Object.fromEntries(
    states.map(([namespace, name, changedAt, ...lacks]) => [`${namespace}/${name}`, [changedAt, ...lacks]]),
  );

describe("how every policy is", () => {
  test("when it was written, why it is not valid, and whether it names anybody", async () => {
    const invalid = { status: { conditions: [{ type: "Valid", status: "False", message: "bad port ".repeat(60) }] } };
    const valid = { status: { conditions: [{ type: "Valid", status: "True" }] } };
    put("cnp", "shop/open", { ...open, ...valid }, "2026-11-21T08:00:00Z");
    put("cnp", "shop/shut", { ...shut, ...valid });
    put("cnp", "shop/denies", { ...spec({ ingressDeny: [{ fromEntities: ["world"] }] }), ...valid });
    put("cnp", "shop/refused", { ...open, ...invalid });
    put("cnp", "shop/refused-by-agents", spec({ ingress: [{ fromEndpoints: [{}], fromCIDR: ["no address"] }] }));
    put("cnp", "shop/to-service", {
      ...spec({ egress: [{ toServices: [{ k8sService: { serviceName: "cart", namespace: "shop" } }] }] }),
      ...valid,
    });
    put("cnp", "shop/to-no-service", {
      ...spec({ egress: [{ toServices: [{ k8sService: { serviceName: "gone", namespace: "shop" } }] }] }),
      ...valid,
    });
    server.upsert(paths.services, service("shop", "cart", { app: "cart" }));
    put("ccnp", "/everywhere", { ...open, ...valid });
    put("networkPolicies", "bank/deny-all", { spec: { podSelector: {}, policyTypes: ["Ingress"] } });
    put("networkPolicies", "bank/allow-all", { spec: { podSelector: {}, ingress: [{}] } });
    await start();
    const { policies, folded, notes } = await ask();
    expect(byName(policies["CiliumNetworkPolicy"])).toEqual({
      "shop/open": [Date.parse("2026-11-21T08:00:00Z") / 1_000],
      "shop/shut": [created, null],
      "shop/denies": [created],
      "shop/refused": [created, "bad port ".repeat(60).slice(0, 200)],
      "shop/refused-by-agents": [created, expect.stringMatching(/./)],
      "shop/to-service": [created],
      "shop/to-no-service": [created, null],
    });
    expect(byName(policies["CiliumClusterwideNetworkPolicy"])).toEqual({ "/everywhere": [created] });
    expect(byName(policies["NetworkPolicy"])).toEqual({
      "bank/deny-all": [created, null],
      "bank/allow-all": [created],
    });
    expect(folded).toBe(0);
    expect(notes.filter((note) => !note.startsWith("Policy enforcement"))).toEqual([]);
  });

  test("of those that may be seen, and of the cluster's own", async () => {
    put("cnp", "shop/open", open);
    put("cnp", "bank/secret", open);
    put("ccnp", "/everywhere", open);
    await start();
    const { policies } = await ask(["shop"]);
    expect(Object.values(policies).flatMap((list) => Object.keys(byName(list)))).toEqual(["/everywhere", "shop/open"]);
  });

  test("two thousand in a finding, the rest counted: what is not valid and what is new stays, and others have their turn meanwhile", async () => {
    const invalid = { status: { conditions: [{ type: "Valid", status: "False", message: "é".repeat(400) }] } };
    // Each of them has to be read again, because it says nothing without the Services that there are.
    const rest = spec({ egress: [{ toServices: [{ k8sService: { serviceName: "cart", namespace: "shop" } }] }] });
    for (let at = 0; at < 2_100; at++)
      put("cnp", `team-${at % 100}-production/allow-frontend-to-backend-${at}`, rest, "2026-11-01T00:00:00Z");
    put("cnp", "shop/broken", { ...open, ...invalid }, "2025-11-01T00:00:00Z");
    put("cnp", "shop/new", open, "2026-11-21T00:00:00Z");
    await start();
    const asking = ask();
    let turns = 0;
    let ended = false;
    const end = () => {
      ended = true;
    };
    asking.then(end, end);
    while (!ended) {
      await breathe();
      turns += 1;
    }
    const finding = await asking;
    const listed = finding.policies["CiliumNetworkPolicy"] ?? [];
    expect(listed).toHaveLength(2_000);
    expect(finding.folded).toBe(102);
    expect(listed.slice(0, 2).map(([namespace, name]) => `${namespace}/${name}`)).toEqual(["shop/broken", "shop/new"]);
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(256 * 1024);
    expect(turns).toBeGreaterThan(40);
  });

  test("names of the greatest length are fewer", async () => {
    for (let at = 0; at < 1_500; at++) put("cnp", `${"n".repeat(63)}/${"p".repeat(200)}${at}`, open);
    await start();
    const finding = await ask();
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(256 * 1024);
    const listed = Object.values(finding.policies).flat().length;
    expect(listed).toBeGreaterThan(600);
    expect(finding.folded).toBe(1_500 - listed);
  });
});
