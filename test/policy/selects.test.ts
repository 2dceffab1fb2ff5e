import { describe, expect, test } from "vitest";
import { isIdentityLabel, podIdentityLabels } from "../../src/policy/identity-labels.ts";
import { labelValue, namespaceOf } from "../../src/policy/labels.ts";
import { readCiliumPolicy } from "../../src/policy/read-cilium.ts";
import { readNetworkPolicy } from "../../src/policy/read-kubernetes.ts";
import { enforces, isEnforced } from "../../src/policy/selects.ts";

const pod = ["k8s:app=web", "k8s:io.kubernetes.pod.namespace=shop"];
const host = ["reserved:host", "k8s:node-role=worker"];

function cnp(spec: unknown, namespace = "shop") {
  const kind = namespace === "" ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy";
  return readCiliumPolicy({ kind, namespace, name: "p", spec, specs: undefined });
}

const web = { matchLabels: { app: "web" } };

describe("a Cilium policy", () => {
  test.each<[string, object, readonly string[] | null]>([
    ["allows on ingress", { ingress: [{}] }, ["ingress"]],
    ["denies on ingress", { ingressDeny: [{}] }, ["ingress"]],
    ["speaks of both", { ingress: [{}], egressDeny: [{}] }, ["ingress", "egress"]],
    ["only allows", { ingress: [{}], enableDefaultDeny: { ingress: false } }, []],
    ["denies without default deny", { ingressDeny: [{}], enableDefaultDeny: { ingress: false } }, ["ingress"]],
    ["asks for default deny without a section", { ingress: [{}], enableDefaultDeny: { egress: true } }, ["ingress"]],
    ["has empty sections", { ingress: [], egress: [] }, null],
  ])("that %s is in force accordingly", (_, sections, expected) => {
    expect(enforces(cnp({ endpointSelector: web, ...sections }), pod)).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ["no object", "text"],
    ["no selector", { ingress: [{}] }],
    ["both selectors", { endpointSelector: {}, nodeSelector: {}, ingress: [{}] }],
    ["a nodeSelector in a namespace", { nodeSelector: {}, ingress: [{}] }],
    ["reserved:init in a namespace", { endpointSelector: { matchLabels: { "reserved:init": "" } }, ingress: [{}] }],
    [
      "an unknown operator",
      { endpointSelector: { matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] }, ingress: [{}] },
    ],
    ["labels that are none", { endpointSelector: { matchLabels: { a: 1 } }, ingress: [{}] }],
    [
      "values that are none",
      { endpointSelector: { matchExpressions: [{ key: "a", operator: "In", values: "b" }] }, ingress: [{}] },
    ],
    ["a selector that is a list", { endpointSelector: [], ingress: [{}] }],
  ])("with %s selects nothing, as Cilium refuses it", (_, spec) => {
    expect(cnp(spec).rules).toEqual([]);
  });

  test("selects in its own namespace only", () => {
    expect(enforces(cnp({ endpointSelector: {}, ingress: [{}] }), pod)).toEqual(["ingress"]);
    expect(enforces(cnp({ endpointSelector: {}, ingress: [{}] }, "other"), pod)).toBeNull();
    const foreign = { matchLabels: { "k8s:io.kubernetes.pod.namespace": "other" } };
    expect(enforces(cnp({ endpointSelector: foreign, ingress: [{}] }), pod)).toEqual(["ingress"]);
    const bare = { matchLabels: { "io.kubernetes.pod.namespace": "other" } };
    expect(enforces(cnp({ endpointSelector: bare, ingress: [{}] }), pod)).toBeNull();
  });

  test("with a nodeSelector is about hosts, one with an endpointSelector never is", () => {
    const nodes = cnp({ nodeSelector: { matchLabels: { "node-role": "worker" } }, ingress: [{}] }, "");
    const endpoints = cnp({ endpointSelector: {}, ingress: [{}] }, "");
    expect([enforces(nodes, host), enforces(nodes, pod)]).toEqual([["ingress"], null]);
    expect([enforces(endpoints, host), enforces(endpoints, pod)]).toEqual([null, ["ingress"]]);
  });

  test("may hold several rules", () => {
    const specs = [
      { endpointSelector: web, ingress: [{}] },
      { endpointSelector: web, egress: [{}] },
    ];
    const policy = readCiliumPolicy({
      kind: "CiliumNetworkPolicy",
      namespace: "shop",
      name: "p",
      spec: undefined,
      specs,
    });
    expect(enforces(policy, pod)).toEqual(["ingress", "egress"]);
  });
});

describe("a NetworkPolicy", () => {
  test.each<[string, object, readonly string[] | null]>([
    ["nothing", {}, ["ingress"]],
    ["egress rules alone", { egress: [{}] }, ["ingress", "egress"]],
    ["egress by type", { policyTypes: ["Egress"] }, ["egress"]],
    ["ingress rules and egress by type", { policyTypes: ["Egress"], ingress: [{}] }, ["ingress", "egress"]],
    ["egress rules and ingress by type", { policyTypes: ["Ingress"], egress: [{}] }, ["ingress", "egress"]],
  ])("with %s isolates as Cilium does it", (_, rest, expected) => {
    const object = {
      kind: "NetworkPolicy",
      namespace: "shop",
      name: "p",
      spec: { podSelector: web, ...rest },
      specs: undefined,
    };
    expect(enforces(readNetworkPolicy(object), pod)).toEqual(expected);
    expect(enforces(readNetworkPolicy({ ...object, namespace: "other" }), pod)).toBeNull();
  });
});

test("an endpoint that is starting is enforced in both directions without any policy", () => {
  expect(isEnforced([], ["reserved:init"], "ingress")).toBe(true);
  expect(isEnforced([], pod, "ingress")).toBe(false);
});

describe("identity labels", () => {
  test.each<[string, boolean]>([
    ["org", true],
    ["app.kubernetes.io/name", true],
    ["topology.kubernetes.io/zone", true],
    ["io.kubernetes.pod.namespace", true],
    ["io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name", true],
    ["io.kubernetes.pod.name", false],
    ["kubernetes.io/config.seen", false],
    ["node.beta.kubernetes.io/x", false],
    ["k8s.io/x", false],
    ["k8s-app", true],
    ["pod-template-hash", false],
    ["controller-revision-hash", false],
    ["statefulset.kubernetes.io/pod-name", false],
    ["apps.kubernetes.io/pod-index", false],
    ["batch.kubernetes.io/controller-uid", false],
    ["batch.kubernetes.io/job-name", true],
  ])("%s is one: %s", (key, expected) => {
    expect(isIdentityLabel(key)).toBe(expected);
  });

  test("of a pod are its labels, its namespace's, cluster and service account", () => {
    const labels = podIdentityLabels({
      namespace: "default",
      labels: { org: "empire", "pod-template-hash": "1" },
      namespaceLabels: { "kubernetes.io/metadata.name": "default" },
      serviceAccount: "",
      cluster: "prod",
    });
    expect(labels).toEqual([
      "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=default",
      "k8s:io.cilium.k8s.policy.cluster=prod",
      "k8s:io.cilium.k8s.policy.serviceaccount=default",
      "k8s:io.kubernetes.pod.namespace=default",
      "k8s:org=empire",
    ]);
    expect(namespaceOf(labels)).toBe("default");
    expect(namespaceOf(["reserved:world"])).toBeUndefined();
  });
});

test.each<[string, string, string, string | undefined]>([
  ["k8s:org=empire", "k8s", "org", "empire"],
  ["k8s:org=empire", "any", "org", "empire"],
  ["k8s:org=empire", "reserved", "org", undefined],
  ["k8s:org=empire", "k", "org", undefined],
  ["k8s:org=empire", "k8s", "or", undefined],
  ["k8s:org=a=b", "k8s", "org", "a=b"],
  ["k8s:org=a:b", "k8s", "org", "a:b"],
  ["org=a:b", "any", "org", "a:b"],
  ["org=a:b", "org=a", "b", undefined],
  ["reserved:world", "reserved", "world", ""],
  ["k8s:org=", "k8s", "org", ""],
])("the value of %s for %s and %s is %s", (label, source, key, value) => {
  expect(labelValue(label, source, key)).toBe(value);
});
