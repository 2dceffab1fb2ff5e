/** The policy that is offered is one: a reader of YAML reads it, it shows everything, and it closes nothing. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createDnsReducer } from "../../../src/analysis/l7/dns-reducer.ts";
import { createHttpReducer } from "../../../src/analysis/l7/http-reducer.ts";
import type { Resolution } from "../../../src/analysis/target.ts";
import { coverage, deathstar, play, type Scene } from "../../fixtures/outcomes/build.ts";
import { askL7 } from "./asking.ts";

const nothing = { window: { from: 0, to: 600_000 }, top: 10, buckets: 30 };
const emptyHttp = createHttpReducer(nothing).finish();
const emptyDns = createDnsReducer(nothing).finish();

async function policyOf(text: string): Promise<Record<string, unknown>> {
  const { message } = await askL7(text);
  const block = message.blocks.find((one) => one.kind === "code" && one.title === "l7-visibility.yaml");
  return parse(block?.kind === "code" ? block.code : "") as Record<string, unknown>;
}

test("HTTP: every request to the pods with these labels, other ingress stays open", async () => {
  expect(await policyOf("http -l app=nobody,env=prod --since 10m")).toEqual({
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: "l7-visibility", namespace: "default" },
    spec: {
      endpointSelector: { matchLabels: { app: "nobody", env: "prod" } },
      enableDefaultDeny: { ingress: false },
      ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{}] } }] }],
    },
  });
});

test("DNS: every lookup of the namespace's pods, other egress stays open", async () => {
  const policy = await policyOf("dns ns/payments --since 10m");
  expect(policy).toMatchObject({
    metadata: { namespace: "payments" },
    spec: { endpointSelector: {}, enableDefaultDeny: { egress: false } },
  });
  expect(JSON.stringify(policy)).toContain('"rules":{"dns":[{"matchPattern":"*"}]}');
});

test.each([
  ["http pod/shop/silent", "http"],
  ["dns deploy/shop/silent", "dns"],
])("%s: the labels of that pod or workload alone, where the cluster knows them", (text, ask) => {
  const target = { kind: "workload", workload: "Deployment", namespace: "shop", name: "silent" } as const;
  const labels = ["k8s:app=silent", "k8s:empty=", "k8s:tier=web"];
  const resolved = deathstar({ target, title: "Deployment shop/silent", labels });
  const finding = (resolution: Resolution) =>
    ask === "http"
      ? ({ ask: "http", resolution, http: emptyHttp, coverage: coverage() } as const)
      : ({ ask: "dns", resolution, dns: emptyDns, coverage: coverage() } as const);
  const codeOf = (scene: Omit<Scene, "text">) => {
    const { blocks } = play({ text, ...scene }).answer.message;
    const code = blocks.find((block) => block.kind === "code" && block.title === "l7-visibility.yaml");
    return code?.kind === "code" ? (parse(code.code) as { readonly spec: object }).spec : {};
  };
  const known = () => finding(resolved);
  expect(codeOf({ reply: known })).toMatchObject({
    endpointSelector: { matchLabels: { "k8s:app": "silent", "k8s:tier": "web" } },
  });
  // Labels of what is not shown here are not shown either.
  expect(codeOf({ reply: known, visible: { "prod-eu": ["other"] } })).toHaveProperty("endpointSelector", {});
  const unlabelled = () => finding(deathstar({ target }));
  expect(codeOf({ reply: unlabelled })).toHaveProperty("endpointSelector", {});
});

test("a selector that is more than labels is not put into YAML", async () => {
  expect(await policyOf("http -l 'app in (nobody, else)' --since 10m")).toMatchObject({
    spec: { endpointSelector: {} },
  });
});
