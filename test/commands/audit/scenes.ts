/** Answers to read. */
import type { PolicyWorld } from "../../../src/sources/replay/task.ts";
import { dated } from "../../policy/coach/dated.ts";
import { named } from "../../policy/suggest/seen.ts";
import { ccnp, cnp, outside, pod, reserved } from "../../support/policies.ts";
import type { Given } from "./asking.ts";

interface Scene {
  readonly text: string;
  readonly given: Given;
}

const own = (app: string) => named(`shop/${app}`, pod({ app }, "shop"), true);
const [web, cart, db, report] = [own("web"), own("cart"), own("db"), own("report")];
const gateway = named("edge/gateway", pod({ app: "gateway" }, "edge"));
const batch = named("batch/export", pod({ app: "export" }, "batch"));
const dns = named("kube-system/coredns", pod({ "k8s-app": "kube-dns" }, "kube-system"));
const api = named("api.example.com", outside("198.51.100.7", "api.example.com"));
const node = named("host", reserved("host"));
const strangers = ["203.0.113.5", "203.0.113.6"].map((ip) => named(ip, outside(ip)));

const to = (app: string, section: object) =>
  cnp(`${app}-rules`, { endpointSelector: { matchLabels: { app } }, ...section }, "shop");
const from = (app: string, port: string) => ({
  fromEndpoints: [{ matchLabels: { app } }],
  toPorts: [{ ports: [{ port, protocol: "TCP" }] }],
});
const dnsForAll = ccnp("dns-for-all", {
  endpointSelector: {},
  enableDefaultDeny: { ingress: false, egress: false },
  egress: [
    {
      toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system", "k8s-app": "kube-dns" } }],
      toPorts: [{ ports: [{ port: "53", protocol: "UDP" }] }],
    },
  ],
});
const toDb = {
  toEndpoints: [{ matchLabels: { app: "db" } }],
  toPorts: [{ ports: [{ port: "5432", protocol: "TCP" }] }],
};
const policies = [
  dnsForAll,
  to("db", { ingress: [from("cart", "5432")], egress: [{}] }),
  to("cart", { ingress: [from("web", "8080")], egress: [toDb] }),
  to("web", { egress: [{ toEndpoints: [{ matchLabels: { app: "cart" } }] }] }),
];
const known = [web, cart, db, report, gateway, batch, dns];
const shop: PolicyWorld = { objects: policies, settings: {}, known };

const usual = [
  dated(web, cart, 8080, { count: 4_210, minutes: [0, 59.9] }),
  dated(cart, db, 5432, { count: 3_804, minutes: [0, 59.9] }),
  dated(web, dns, 53, { count: 412, protocol: "UDP", minutes: [0, 59] }),
  dated(cart, dns, 53, { count: 380, protocol: "UDP", minutes: [0, 58] }),
  dated(node, web, 8080, { count: 360 }),
];
const entering = dated(gateway, web, 443, { count: 1_204, minutes: [0, 59.95] });
const exporting = dated(batch, db, 5432, { count: 3, seen: "dropped", minutes: [12, 42] });
const calling = dated(cart, api, 443, { count: 96, minutes: [3, 51], seen: "audited", recorded: "egress" });
const hostile = named("shop/x`<!channel>*_\u202e", pod({ app: "x" }, "shop"), true);
const short = { oldest: "2026-11-20T11:18:00.000Z" };

export const scenes: Readonly<Record<string, Scene>> = {
  "two would break": {
    text: "audit shop",
    given: {
      observed: [...usual, entering, ...strangers.map((one) => dated(one, web, 443, { count: 20 }))],
      world: shop,
    },
  },
  "audit mode arrives": {
    text: "audit shop --since 1h",
    given: { observed: [...usual, entering, calling], world: shop },
  },
  "the rings are short": {
    text: "audit ns/shop",
    given: { observed: [...usual, entering, exporting], world: shop, coverage: short },
  },
  "nothing would break": {
    text: "audit shop --since 1h",
    given: { observed: usual, world: { ...shop, known: known.filter((end) => end !== report) } },
  },
  "default-deny is on": {
    text: "audit shop --since 1h",
    given: {
      observed: [...usual, exporting],
      world: {
        ...shop,
        objects: [...policies, cnp("default-deny", { endpointSelector: {}, ingress: [{}], egress: [{}] }, "shop")],
        known: known.filter((end) => end !== report),
      },
    },
  },
  "no policy at all": {
    text: "audit shop --since 1h --cluster prod",
    given: { observed: [...usual, entering], world: { ...shop, objects: [] } },
  },
  "it passes although policies deny it": {
    text: "audit shop --since 1h",
    given: { observed: [...usual, dated(batch, db, 5432, { count: 40, minutes: [20, 55] })], world: shop },
  },
  "without Kubernetes": {
    text: "audit shop --since 1h",
    given: { observed: [...usual, entering], world: null, notes: ["Kubernetes is not configured."] },
  },
  "nothing was seen": {
    text: "audit shop",
    given: { world: shop, coverage: short },
  },
  "hostile names": {
    text: "audit shop --since 1h",
    given: { observed: [dated(hostile, web, 80, { count: 3 })] },
  },
  "a crowd": {
    text: "audit shop --since 1h",
    given: {
      observed: Array.from({ length: 70 }, (_, at) => dated(gateway, own(`s${at}`), 8000 + at, { count: 100 - at })),
      world: { ...shop, objects: [] },
    },
  },
  "only that namespace may be seen": {
    text: "audit shop --since 1h",
    given: { observed: [...usual, entering], world: shop, visible: { lab: ["shop"] } },
  },
  "no such namespace": {
    text: "audit shp",
    given: { resolution: { status: "unknown", text: "ns/shp", near: ["ns/shop"] } },
  },
  "Relay is down": { text: "audit shop", given: { down: true } },
};
