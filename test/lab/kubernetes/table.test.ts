import { expect, test } from "vitest";
import { startLab } from "./lab.ts";

const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const oldTable = "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

interface Table {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[] | null;
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: { readonly kind: string } | null }[];
}

test.each([
  ["/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies", "Name Age Valid", ["rule1", "10m", "True"]],
  ["/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies", "Name Valid", undefined],
  [
    "/apis/cilium.io/v2/namespaces/default/ciliumendpoints?fieldSelector=metadata.name=xwing",
    "Name Security Identity Ingress Enforcement+ Egress Enforcement+ Endpoint State IPv4 IPv6",
    ["xwing", 37711, null, null, "ready", "172.20.1.61", null],
  ],
  ["/apis/cilium.io/v2/ciliumidentities?limit=1", "Name Namespace Age", ["14998", "kube-system", "60m"]],
  [
    "/apis/cilium.io/v2/ciliumnodes?limit=1",
    "Name CiliumInternalIP InternalIP Age",
    ["k8s-ctr", expect.stringMatching(/^172\.20\.0\.\d+$/), "192.168.10.100", "60m"],
  ],
  [
    "/api/v1/namespaces/default/pods?fieldSelector=metadata.name=xwing",
    "Name Ready Status Restarts Age IP+ Node+ Nominated Node+ Readiness Gates+",
    ["xwing", "1/1", "Running", "0", "60m", "172.20.1.61", "k8s-w1", "<none>", "<none>"],
  ],
  [
    "/api/v1/namespaces/default/services?limit=1",
    "Name Type Cluster-IP External-IP Port(s) Age Selector+",
    ["deathstar", "ClusterIP", "10.96.202.102", "<none>", "80/TCP", "60m", "class=deathstar,org=empire"],
  ],
  [
    "/api/v1/nodes?limit=1",
    "Name Status Roles Age Version Internal-IP+ External-IP+ OS-Image+ Kernel-Version+ Container-Runtime+",
    [
      "k8s-ctr",
      "Ready",
      "control-plane",
      "60m",
      "v1.33.2",
      "192.168.10.100",
      "<none>",
      "Ubuntu 24.04.2 LTS",
      "6.8.0-53-generic",
      "containerd://1.7.27",
    ],
  ],
  ["/api/v1/namespaces?limit=1", "Name Status Age", ["default", "Active", "60m"]],
  ["/api/v1/namespaces/kube-system/configmaps", "Name Data Age", ["cilium-config", 35, "60m"]],
  [
    "/api/v1/namespaces/kube-system/endpoints?fieldSelector=metadata.name=kube-dns",
    "Name Endpoints Age",
    ["kube-dns", "172.20.0.11:53,172.20.0.21:53,172.20.0.11:53 + 3 more...", "60m"],
  ],
  [
    "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?limit=1",
    "Name AddressType Ports Endpoints Age",
    [expect.stringMatching(/^deathstar-[a-z0-9]{5}$/), "IPv4", "80", "172.20.1.188,172.20.2.9", "60m"],
  ],
  [
    "/apis/apps/v1/namespaces/default/deployments",
    "Name Ready Up-to-date Available Age Containers+ Images+ Selector+",
    [
      "deathstar",
      "2/2",
      2,
      2,
      "60m",
      "deathstar",
      expect.stringContaining("cilium/starwars"),
      "class=deathstar,org=empire",
    ],
  ],
  [
    "/apis/apps/v1/namespaces/default/replicasets",
    "Name Desired Current Ready Age Containers+ Images+ Selector+",
    [
      "deathstar-8c4c77fb7",
      2,
      2,
      2,
      "60m",
      "deathstar",
      expect.anything(),
      "class=deathstar,org=empire,pod-template-hash=8c4c77fb7",
    ],
  ],
  [
    "/apis/apps/v1/namespaces/kube-system/daemonsets?limit=1",
    "Name Desired Current Ready Up-to-date Available Node Selector Age Containers+ Images+ Selector+",
    ["cilium", 3, 3, 3, 3, 3, "<none>", "60m", "cilium-agent", expect.anything(), "k8s-app=cilium"],
  ],
  ["/apis/networking.k8s.io/v1/networkpolicies", "Name Pod-Selector Age", undefined],
  ["/apis/batch/v1/jobs", "Name Status Completions Duration Age Containers+ Images+ Selector+", undefined],
])("%s has the columns of kubectl get", async (path, columns, first) => {
  const { api } = await startLab({ step: "l3-l4" });
  const answer = (await api.get(path, { accept: table })).body as Table;
  expect(answer).toMatchObject({ kind: "Table", apiVersion: "meta.k8s.io/v1" });
  expect(answer.columnDefinitions?.map((one) => `${one.name}${one.priority > 0 ? "+" : ""}`).join(" ")).toBe(columns);
  expect(answer.rows[0]?.cells).toEqual(first);
});

test("rows carry the metadata of their objects, the whole object or nothing, as asked", async () => {
  const { api } = await startLab();
  const path = "/api/v1/namespaces/default/pods/xwing";
  const metadata = (await api.get(path, { accept: table })).body as Table;
  expect(metadata.rows[0]?.object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "xwing" } });
  expect(metadata.rows[0]?.object).not.toHaveProperty("spec");
  const whole = (await api.get(`${path}?includeObject=Object`, { accept: table })).body as Table;
  expect(whole.rows[0]?.object).toMatchObject({ kind: "Pod", spec: { nodeName: "k8s-w1" } });
  const none = (await api.get(`${path}?includeObject=None`, { accept: table })).body as Table;
  expect(none.rows[0]?.object).toBeNull();
  expect((await api.get(`${path}?includeObject=All`, { accept: table })).status).toBe(400);
});

test("an old client gets the table version it knows", async () => {
  const { api } = await startLab();
  const answer = (await api.get("/api/v1/pods", { accept: oldTable })).body as Table;
  expect(answer.apiVersion).toBe("meta.k8s.io/v1beta1");
  expect(answer.rows[0]?.object).toMatchObject({ apiVersion: "meta.k8s.io/v1beta1" });
});

test("metadata can be asked for alone", async () => {
  const { api } = await startLab();
  const accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
  const { body } = await api.get("/api/v1/namespaces/default/pods", { accept });
  expect(body.kind).toBe("PartialObjectMetadataList");
  expect(body.items[0]).toMatchObject({ kind: "PartialObjectMetadata", metadata: { namespace: "default" } });
  expect(body.items[0]).not.toHaveProperty("spec");
});

test("a form that is not served falls to the next one in Accept, and is refused when there is none", async () => {
  const { api } = await startLab();
  const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  expect((await api.get("/api/v1/pods", { accept: `${aggregated},application/json` })).body.kind).toBe("PodList");
  const refused = await api.get("/api/v1/pods", { accept: "application/vnd.kubernetes.protobuf" });
  expect(refused.status).toBe(406);
  expect(refused.body).toMatchObject({ kind: "Status", reason: "NotAcceptable", code: 406 });
});

test("the status of a pod is worked out of its containers", async () => {
  const { api, store } = await startLab();
  const base = { apiVersion: "v1", kind: "Pod", spec: { containers: [{ name: "a" }, { name: "b" }] } };
  const finishedAt = "2026-11-20T11:57:00Z";
  store.upsert({
    ...base,
    metadata: { name: "crashing", namespace: "default" },
    status: {
      phase: "Running",
      containerStatuses: [
        { ready: true, restartCount: 0, state: { running: {} } },
        {
          ready: false,
          restartCount: 4,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { finishedAt } },
        },
      ],
    },
  });
  store.upsert({
    ...base,
    metadata: { name: "leaving", namespace: "default", deletionTimestamp: finishedAt },
    status: { phase: "Running" },
  });
  const rows = async (name: string) =>
    ((await api.get(`/api/v1/namespaces/default/pods/${name}`, { accept: table })).body as Table).rows[0]?.cells.slice(
      1,
      5,
    );
  expect(await rows("crashing")).toEqual(["1/2", "CrashLoopBackOff", "4 (3m ago)", "0s"]);
  expect(await rows("leaving")).toEqual(["0/2", "Terminating", "0", "0s"]);
});
