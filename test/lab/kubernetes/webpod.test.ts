import { expect, onTestFinished, test } from "vitest";
import { createAgents } from "../../../src/lab/agents/server.ts";
import { clusterObjects } from "../../../src/lab/kubernetes/objects/all.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { parseSamples, seriesValue } from "../agents/samples.ts";
import { start, startLab } from "./lab.ts";

const options = { seed: 7, now: start, steps: [{ step: "l7", at: start - 600_000 }] } as const;
const world = createWorld({ ...options, scenarios: ["webpod"] });

test("webpod brings its Deployment, pods, endpoints, identities, service and policy, and nothing else changes", () => {
  const key = ({ kind, metadata }: ReturnType<typeof clusterObjects>[number]) =>
    `${kind} ${metadata.name.replace(/^webpod-\w{5}$/, "webpod-…")}`;
  const before = new Map(clusterObjects(createWorld(options)).map((each) => [key(each), each]));
  const after = clusterObjects(world);

  const added = after.filter((each) => !before.has(key(each))).map(key);

  expect(added.toSorted((left, right) => (left < right ? -1 : 1))).toEqual([
    "CiliumEndpoint curl-pod",
    "CiliumEndpoint webpod-697b545f57-67f8d",
    "CiliumEndpoint webpod-697b545f57-znr5l",
    "CiliumIdentity 12432",
    "CiliumIdentity 3975",
    "CiliumIdentity 981",
    "CiliumNetworkPolicy l7-visibility",
    "Deployment webpod",
    "EndpointSlice webpod-…",
    "Endpoints webpod",
    "Pod curl-pod",
    "Pod webpod-697b545f57-67f8d",
    "Pod webpod-697b545f57-znr5l",
    "ReplicaSet webpod-697b545f57",
    "Service webpod",
  ]);
  const same = after.filter((each) => before.has(key(each)));
  expect(same).toEqual([...before.values()]);
});

test("the API server serves the policy and the endpoints of the service", async () => {
  const { api } = await startLab({ world });
  const policy = await api.get("/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies/l7-visibility");
  expect(policy.body.spec.egress[1].toPorts[0].rules).toEqual({ http: [{}] });
  expect(policy.body.status.conditions[0]).toMatchObject({ type: "Valid", status: "True" });
  const endpoints = await api.get("/api/v1/namespaces/default/endpoints/webpod");
  expect(endpoints.body.subsets[0].addresses.map(({ ip }: { ip: string }) => ip)).toEqual([
    "172.20.1.142",
    "172.20.2.28",
  ]);
});

test("the agents count its endpoints, its policy, its requests and its drops", async () => {
  const agents = await createAgents({ world, clock: () => start, historyMs: 600_000 });
  onTestFinished(() => agents.close());
  const scrape = async (kind: string) => {
    const found = agents.endpoints.find((each) => each.kind === kind && each.node === "k8s-ctr");
    return parseSamples(await (await fetch(`http://${found?.address}/metrics`)).text());
  };
  const [agent, hubble] = [await scrape("agent"), await scrape("hubble")];
  const denied = world.ledger(0, start).filter(({ source }) => source === "default/curl-pod").length;

  expect(denied).toBeGreaterThan(100);
  expect(seriesValue(agent, "cilium_drop_count_total", { reason: "Policy denied", direction: "EGRESS" })).toBe(denied);
  expect(seriesValue(agent, "cilium_policy", {})).toBe(2);
  expect(seriesValue(agent, "cilium_policy_endpoint_enforcement_status", { enforcement: "egress" })).toBe(1);
  expect(seriesValue(agent, "cilium_proxy_redirects", { protocol_l7: "http" })).toBe(1);
  const requests = hubble.filter(
    ({ name, labels }) => name === "hubble_http_requests_total" && labels["destination_workload"] === "",
  );
  const answered = world
    .flows("k8s-ctr", start - 600_000, start)
    .filter(({ flow }) => flow?.l7?.http && flow.l7.type === 2).length;
  expect(requests.reduce((sum, { value }) => sum + value, 0)).toBe(answered);
  expect(
    hubble.some(
      ({ name, labels }) => name === "hubble_dns_responses_total" && labels["rcode"] === "Non-Existent Domain",
    ),
  ).toBe(true);
});
