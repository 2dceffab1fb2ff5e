/** Situations in which people ask for policies. What policies say is made of objects by the source's own code. Each scene has a golden file. */
import { kubernetesDenied, type Scene } from "../../fixtures/outcomes/build.ts";
import {
  clusterWith,
  rule1,
  starWarsPods,
  type Written,
  type WrittenPolicy,
} from "../../fixtures/outcomes/policies.ts";

function scene(text: string, written: Written, change: Partial<Scene> = {}): Scene {
  return { text, reply: clusterWith(written), ...change };
}

const deathstar = { matchLabels: { class: "deathstar" } };
const port = (number: string, protocol = "TCP") => ({ port: number, protocol });

/** One entry of each kind that policies have. */
const broken: WrittenPolicy = {
  name: "broken",
  invalid: "Invalid CiliumNetworkPolicy spec: port 80800 is not in range 0-65535",
  spec: { endpointSelector: deathstar, ingress: [{ toPorts: [{ ports: [port("80")] }] }] },
};
const every: readonly WrittenPolicy[] = [
  rule1({ http: true }),
  {
    name: "peers",
    changedAt: "2026-11-20T03:13:45Z",
    by: "argocd-controller",
    spec: {
      endpointSelector: deathstar,
      ingress: [
        { fromEntities: ["cluster", "world"] },
        { fromCIDR: ["10.0.0.0/8"], toPorts: [{ ports: [port("8080", "ANY"), { ...port("9000"), endPort: 9010 }] }] },
        {
          fromEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "shop", app: "web" } }],
          toPorts: [{ ports: [port("http")] }],
        },
        { fromEndpoints: [{ matchExpressions: [{ key: "tier", operator: "NotIn", values: ["test", "dev"] }] }] },
        { fromEndpoints: [{}], icmps: [{ fields: [{ type: 8, family: "IPv4" }] }] },
        { fromEndpoints: [] },
        {},
      ],
      ingressDeny: [{ fromCIDRSet: [{ cidr: "192.168.0.0/16", except: ["192.168.10.0/24"] }] }],
    },
  },
  {
    name: "out",
    spec: {
      endpointSelector: deathstar,
      egress: [
        {
          toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system", "k8s-app": "kube-dns" } }],
          toPorts: [{ ports: [port("53", "ANY")], rules: { dns: [{ matchPattern: "*" }] } }],
        },
        {
          toFQDNs: [{ matchName: "api.example.com" }, { matchPattern: "*.example.org" }],
          toPorts: [{ ports: [port("443")], serverNames: ["api.example.com"] }],
        },
        { toServices: [{ k8sService: { serviceName: "deathstar" } }] },
      ],
    },
  },
  {
    kind: "CiliumClusterwideNetworkPolicy",
    name: "only-allows",
    spec: {
      endpointSelector: {},
      ingress: [{ fromEndpoints: [{ matchLabels: { team: "sre" } }] }],
      enableDefaultDeny: { ingress: false },
    },
  },
  { kind: "NetworkPolicy", name: "default-deny", spec: { podSelector: {}, policyTypes: ["Egress"] } },
  broken,
];
const services = [{ name: "deathstar", ip: "10.96.1.2", target: 80 }];
const hostile: WrittenPolicy = {
  name: "x",
  by: "\u202eevil",
  invalid: "bad \u001b[5mblink\nsecond line",
  spec: {
    endpointSelector: deathstar,
    ingress: [{ toPorts: [{ ports: [port("80")], rules: { http: [{ path: "/*_<!channel>\u0007_*" }] } }] }],
  },
};

export const scenes = {
  "of deathstar": scene("policies deathstar", { policies: [rule1()] }),
  "of xwing": scene("policies xwing", { policies: [rule1()] }),
  "every kind of rule": scene("policies deathstar", { policies: every, services }),
  all: scene("policies", { policies: every, services }),
  none: scene("policies", {}),
  "of a namespace": scene("policies -n default", { policies: [rule1()] }),
  "by labels": scene("policies -l org=empire -n default", { policies: [rule1({ http: true })] }),
  "of the world": scene("policies world", { policies: [rule1()] }),
  "only allows": scene("policies xwing", { policies: every.filter(({ name }) => name === "only-allows") }),
  many: scene("policies", { policies: Array.from({ length: 60 }, (_, at) => rule1({ name: `rule${at}` })) }),
  ambiguous: scene("policies xwing", {
    pods: [...starWarsPods, { namespace: "staging", name: "xwing", labels: {}, ip: "10.3.0.1" }],
  }),
  unknown: scene("policies deathstr", {}),
  "a policy's own name": scene("policies rule1", { policies: [rule1(), ...every] }),
  "a broken policy's own name": scene("policies default/broken", { policies: every }),
  "a name that one of two clusters knows": scene(
    "policies rule1 --cluster *",
    {},
    {
      clusters: ["prod-eu", "prod-us"],
      reply: (question) => clusterWith({ policies: question.cluster === "prod-us" ? [] : [rule1()] })(question),
    },
  ),
  "a workload in one cluster, a policy in the other": scene(
    "policies deathstar --cluster *",
    {},
    {
      clusters: ["prod-eu", "prod-us"],
      reply: (question) =>
        clusterWith(
          question.cluster === "prod-us"
            ? { pods: [], policies: [{ ...broken, name: "deathstar" }] }
            : { policies: [rule1()] },
        )(question),
    },
  ),
  failed: scene("policies deathstar", {}, { reply: () => kubernetesDenied }),
  "one of two clusters failed": scene(
    "policies deathstar --cluster *",
    {},
    {
      clusters: ["prod-eu", "prod-us"],
      reply: (question) =>
        question.cluster === "prod-us" ? kubernetesDenied : clusterWith({ policies: [rule1()] })(question),
    },
  ),
  restricted: scene(
    "policies",
    { policies: [rule1(), { ...rule1(), namespace: "payments", name: "hidden" }, ...every.slice(3, 4)] },
    { visible: { "prod-eu": ["default"] } },
  ),
  hostile: scene("policies deathstar", { policies: [hostile] }),
} satisfies Record<string, Scene>;
