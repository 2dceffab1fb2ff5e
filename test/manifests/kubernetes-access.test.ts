/** What the bot may read in the cluster, and whom it may reach. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { podIdentityLabels } from "../../src/policy/identity-labels.ts";
import { readCiliumPolicy } from "../../src/policy/read-cilium.ts";
import { enforces } from "../../src/policy/selects.ts";
import { createIndex } from "../../src/sources/kubernetes/cluster-index.ts";
import { watchedResources } from "../../src/sources/kubernetes/resources.ts";
import { botPod, find, objects, readText, redisPod } from "./kubernetes-objects.ts";

test("the ClusterRole allows what the bot lists and watches, and nothing else", () => {
  const { rules } = find<{ readonly rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[] }>(
    "ClusterRole",
    "cilium-chatops",
  );
  const allowed = rules.flatMap(({ apiGroups, resources, verbs: allowedVerbs, ...others }) => {
    expect(allowedVerbs).toEqual(["list", "watch"]);
    // One config map: listing is allowed by name where the request names it, which the API server reads from its field selector.
    expect(others).toEqual(resources.includes("configmaps") ? { resourceNames: ["cilium-config"] } : {});
    return apiGroups.flatMap((group) => resources.map((name) => `${group}/${name}`));
  });
  const watched = watchedResources(createIndex(Date.now));
  const used = watched.map(({ group, name }) => `${group}/${name}`);

  expect(used.length).toBeGreaterThan(10);
  expect(allowed.sort()).toEqual(used.sort());
  expect(watched.flatMap(({ name, only }) => (only === undefined ? [] : [[name, only]]))).toEqual([
    ["configmaps", "cilium-config"],
  ]);
  expect(objects.filter(({ kind }) => kind === "Role")).toEqual([]);
});

test("the bot runs under the account that the role is bound to", () => {
  const binding = find<{ readonly roleRef: unknown; readonly subjects: unknown }>(
    "ClusterRoleBinding",
    "cilium-chatops",
  );
  const { serviceAccountName } = botPod.spec;

  expect(binding.roleRef).toMatchObject({ kind: "ClusterRole", name: "cilium-chatops" });
  expect(binding.subjects).toEqual([{ kind: "ServiceAccount", name: serviceAccountName }]);
  expect(find("ServiceAccount", serviceAccountName)).toMatchObject({ automountServiceAccountToken: false });
  expect(botPod.spec).toMatchObject({ automountServiceAccountToken: true });
});

interface NetworkPolicy {
  readonly spec: Readonly<Record<"ingress" | "egress", readonly NetworkRule[]>>;
}
interface NetworkRule {
  readonly toEndpoints?: readonly { readonly matchLabels: Readonly<Record<string, string>> }[];
  readonly toFQDNs?: readonly { readonly matchName?: string; readonly matchPattern?: string }[];
  readonly toPorts?: readonly { readonly ports: readonly { readonly port: string }[] }[];
}

interface Addresses {
  readonly redis: { readonly url: string };
  readonly clusters: readonly [
    { readonly hubble: { readonly address: string }; readonly prometheus: { readonly url: string } },
  ];
}

test("network policies select the pods they are about and shut both directions", () => {
  const labelsOf = (labels: Readonly<Record<string, string>>) =>
    podIdentityLabels({
      cluster: "default",
      namespace: "cilium-chatops",
      labels,
      namespaceLabels: {},
      serviceAccount: "a",
    });
  const policy = (name: string) => {
    const { metadata, spec } = find<NetworkPolicy>("CiliumNetworkPolicy", name);
    return readCiliumPolicy({
      kind: "CiliumNetworkPolicy",
      namespace: "cilium-chatops",
      name: metadata.name,
      spec,
      specs: undefined,
    });
  };
  const botLabels = labelsOf(botPod.metadata.labels);
  const redisLabels = labelsOf(redisPod.metadata.labels);

  expect(enforces(policy("cilium-chatops"), botLabels)).toEqual(["ingress", "egress"]);
  expect(enforces(policy("cilium-chatops-public"), botLabels)).toEqual(["ingress"]);
  expect(enforces(policy("redis"), redisLabels)).toEqual(["ingress", "egress"]);
  expect(enforces(policy("redis"), botLabels)).toBeNull();
});

test("the bot may reach every address of its configuration, at the pods' ports", () => {
  const { egress } = find<NetworkPolicy>("CiliumNetworkPolicy", "cilium-chatops").spec;
  const portsTo = (matches: (rule: NetworkRule) => boolean) =>
    egress
      .filter(matches)
      .flatMap(({ toPorts }) => (toPorts ?? []).flatMap(({ ports }) => ports.map(({ port }) => port)));
  const portsOf = (label: string) =>
    portsTo((rule) => (rule.toEndpoints ?? []).some(({ matchLabels }) => Object.values(matchLabels).includes(label)));
  const { clusters, redis } = parse(readText("base/config.yaml")) as Addresses;
  const [prometheus, store] = [new URL(clusters[0].prometheus.url), new URL(redis.url)];

  expect(portsOf("hubble-relay")).toEqual(["4245"]);
  expect(clusters[0].hubble.address).toBe("hubble-relay.kube-system:80");
  expect(portsOf("prometheus")).toEqual([prometheus.port]);
  expect(portsOf("redis")).toEqual([store.port]);
  expect(store.hostname).toBe(find("Service", "redis").metadata.name);
  expect(portsTo((rule) => (rule.toFQDNs ?? []).some(({ matchName }) => matchName === "slack.com"))).toEqual(["443"]);
});
