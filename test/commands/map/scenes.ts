/** What clusters answer to `map`, by name. */
import type { MapEdge, ServiceMap } from "../../../src/analysis/service-map/service-map.ts";
import type { MapFinding } from "../../../src/sources/question.ts";
import { coverage, deathstar, relayDown, type Scene, timeBack } from "../../fixtures/outcomes/build.ts";

export function edge(change: Partial<MapEdge> = {}): MapEdge {
  return {
    ...{ source: "default/tiefighter", destination: "default/deathstar", port: 80, protocol: "TCP", kind: "service" },
    ...{ flows: 360, requests: 0, dropped: 0, refused: 0, audited: 0 },
    ...{ first: timeBack(290_000), last: timeBack(1_000) },
    ...change,
  };
}

export function serviceMap(edges: readonly MapEdge[], change: Partial<ServiceMap> = {}): ServiceMap {
  const none = { edges: 0, flows: 0 };
  return {
    edges,
    folded: { edges: 0, flows: 0, dropped: 0 },
    hidden: { probe: none, scrape: none, noise: none },
    ...change,
  };
}

export function found(map: ServiceMap | null, change: Partial<MapFinding> = {}): MapFinding {
  return { ask: "map", resolution: null, map, coverage: coverage(), ...change };
}

const namespace = (name: string) =>
  deathstar({
    ...{ target: { kind: "namespace", name }, title: `Namespace ${name}`, text: `ns/${name}`, workload: undefined },
    ...{ podCount: 4, generations: [] },
  });

const starWars = serviceMap(
  [
    edge({ source: "default/xwing", flows: 0, dropped: 156 }),
    edge({ flows: 300, requests: 120, refused: 24 }),
    edge({ destination: "swapi.example.net", port: 443, flows: 33 }),
    edge({ destination: "kube-system/coredns", port: 53, protocol: "UDP", kind: "dns", flows: 66, requests: 66 }),
  ],
  {
    hidden: { probe: { edges: 12, flows: 480 }, scrape: { edges: 3, flows: 60 }, noise: { edges: 1, flows: 40 } },
  },
);

const hoth = serviceMap([
  edge({ source: "hoth/scout", destination: "hoth/outpost", flows: 0, unanswered: 76 }),
  edge({ source: "hoth/scout", destination: "hoth/generator", flows: 100, unanswered: 4 }),
  edge({ source: "hoth/droid", destination: "www.example.com", port: 443, flows: 20 }),
]);

const many = Array.from({ length: 60 }, (_, n) =>
  edge({ source: `shop/client-${n % 9}`, destination: `shop/server-${n}`, port: 8_080, flows: 3_000 - 40 * n }),
);

export const scenes = {
  "a namespace": {
    text: "map default",
    reply: () => found(starWars, { resolution: namespace("default") }),
  },
  "a workload": {
    text: "map deathstar --since 10m",
    reply: (question) =>
      question.ask === "map" && question.select.target?.kind === "namespace"
        ? found(null, { resolution: { status: "unknown", text: "ns/deathstar", near: [] }, coverage: null })
        : found(serviceMap([edge()]), { resolution: deathstar() }),
  },
  "a whole cluster with more edges than fit": {
    text: "map",
    reply: () => found(serviceMap(many, { folded: { edges: 412, flows: 31_200, dropped: 0 } })),
  },
  "everything, with probes": {
    text: "map default --all",
    reply: () =>
      found(
        serviceMap([
          edge({ audited: 4 }),
          edge({ source: "host", port: 8_080, kind: "probe", flows: 3 }),
          edge({ destination: "ff02::2", port: 0, protocol: "ICMPv6", kind: "noise", flows: 0, dropped: 40 }),
        ]),
        { resolution: namespace("default") },
      ),
  },
  "nothing there": {
    text: "map quiet",
    reply: () =>
      found(serviceMap([], { hidden: { ...starWars.hidden, probe: { edges: 2, flows: 9 } } }), {
        resolution: namespace("quiet"),
      }),
  },
  "poor coverage": {
    text: "map ns/default --since 1h",
    reply: () =>
      found(starWars, {
        resolution: namespace("default"),
        coverage: coverage({
          nodes: { answered: 2, total: 3, missing: ["k8s-w2"] },
          oldest: timeBack(120_000),
          lost: { HUBBLE_RING_BUFFER: 41 },
        }),
      }),
  },
  "what leaves and never arrives": {
    text: "map ns/hoth",
    reply: () => found(hoth, { resolution: namespace("hoth") }),
  },
  "what has no answer, of what was seen": {
    text: "map ns/hoth",
    reply: () =>
      found(hoth, {
        resolution: namespace("hoth"),
        coverage: coverage({ nodes: { answered: 2, total: 3, missing: ["k8s-w2"] } }),
      }),
  },
  "two clusters": {
    text: "map --cluster '*'",
    clusters: ["prod-eu", "prod-us"],
    reply: ({ cluster }) => (cluster === "prod-eu" ? found(starWars) : relayDown),
  },
  "an unknown target": {
    text: "map default/deathstr",
    reply: () =>
      found(null, {
        resolution: { status: "unknown", text: "default/deathstr", near: ["default/deathstar"] },
        coverage: null,
      }),
  },
  "nobody answers": { text: "map default", reply: () => relayDown },
  "some namespaces": {
    text: "map",
    visible: { "prod-eu": ["default"] },
    reply: () => found(starWars),
  },
  hostile: {
    text: "map",
    reply: () =>
      found(
        serviceMap([
          edge({ source: "x/\u001b[31m<!channel>\u202e", destination: "*bold*`|code" }),
          edge({ source: "a".repeat(300), destination: "b".repeat(300), dropped: 1 }),
        ]),
      ),
  },
} satisfies Readonly<Record<string, Scene>>;
