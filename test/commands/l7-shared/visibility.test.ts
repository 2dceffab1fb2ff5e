/** The policy that is offered is one: a reader of YAML reads it, it shows everything, and it closes nothing. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { askL7 } from "./asking.ts";

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

test("a selector that is more than labels is not put into YAML", async () => {
  expect(await policyOf("http -l 'app in (nobody, else)' --since 10m")).toMatchObject({
    spec: { endpointSelector: {} },
  });
});
