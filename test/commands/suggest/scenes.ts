/** Answers to read. */

import type { PolicyObject } from "../../../src/policy/policy.ts";
import type { Denial, Observed } from "../../../src/policy/replay/observed.ts";
import { named, seen } from "../../policy/suggest/seen.ts";
import { cnp, outside, pod, reserved } from "../../support/policies.ts";
import { deathstar, type Given, pasted, rule1, starWars, tiefighter, withRule1, xwing } from "./asking.ts";

const [ownXwing, quietStar] = [
  { ...xwing, target: true },
  { ...deathstar, target: false },
];

interface Scene {
  readonly text: string;
  readonly given: Given;
}

const passedOnce = seen(xwing, deathstar, 80, { count: 25 });
const closed = cnp("rule1", { endpointSelector: {}, ingress: [{}] });
const hostile = named("default/x`<!channel>*_\u202e", pod({ app: "x" }));

export const suggestScenes: Readonly<Record<string, Scene>> = {
  "a policy from an hour": { text: "suggest deathstar", given: { observed: starWars, world: withRule1 } },
  "with its requests": { text: "suggest deathstar --l7 --since 15m", given: { observed: starWars, world: withRule1 } },
  "somebody passed before rule1": {
    text: "suggest deathstar",
    given: { observed: [...starWars, passedOnce], world: withRule1 },
  },
  "and is let in again": {
    text: "suggest deathstar --audit",
    given: { observed: [...starWars, passedOnce], world: withRule1 },
  },
  "without Kubernetes": {
    text: "suggest deathstar",
    given: { observed: starWars, world: null, notes: ["Kubernetes is not configured."] },
  },
  "nothing tells them apart": {
    text: "suggest deathstar",
    given: {
      observed: [seen(named("default/a", pod({ app: "a", track: "1" })), deathstar, 80)],
      world: { ...withRule1, known: [named("default/b", pod({ app: "a", track: "1", more: "yes" }))] },
    },
  },
  "forty peers": {
    text: "suggest deathstar",
    given: {
      observed: Array.from({ length: 60 }, (_, at) =>
        seen(named(`default/p${at}`, pod({ app: `p${at}` })), deathstar, 8000 + at, { count: 100 - at }),
      ),
    },
  },
  "hostile names": { text: "suggest deathstar", given: { observed: [seen(hostile, deathstar, 80)] } },
  "nothing that counts": { text: "suggest deathstar --since 5m", given: { observed: starWars.slice(3, 4) } },
  "no pods": { text: "suggest svc/default/external", given: {} },
  "an ambiguous name": {
    text: "suggest web",
    given: { resolution: { status: "ambiguous", text: "web", candidates: ["default/web", "shop/web"] } },
  },
  "Relay is down": { text: "suggest deathstar", given: { down: true } },
};

const refused = (reason: Denial["reason"], side: Denial["side"] = "ingress"): Pick<Observed, "seen" | "denial"> => ({
  ...{ seen: "dropped", denial: { side, reason } },
});
const knock = seen(xwing, deathstar, 80, { count: 40, ...refused("default-deny") });
const deathstarWorld = (...more: readonly PolicyObject[]) => ({
  ...withRule1,
  objects: [rule1, ...more],
});
const noXwing = cnp("no-rebels", {
  endpointSelector: { matchLabels: { class: "deathstar" } },
  ingressDeny: [{ fromEndpoints: [{ matchLabels: { org: "alliance" } }] }],
});
const quietXwing = cnp("quiet", {
  endpointSelector: { matchLabels: { class: "xwing" } },
  egress: [{ toEndpoints: [{ matchLabels: { class: "ywing" } }] }],
});
const l7Rule1 = cnp("rule1", {
  endpointSelector: { matchLabels: { org: "empire", class: "deathstar" } },
  ingress: [
    {
      fromEndpoints: [{ matchLabels: { org: "empire" } }],
      toPorts: [
        {
          ports: [{ port: "80", protocol: "TCP" }],
          rules: { http: [{ method: "POST", path: "/v1/request-landing" }] },
        },
      ],
    },
  ],
});
const stranger = named("203.0.113.9", outside("203.0.113.9"));
const exhaust = seen(tiefighter, deathstar, 80, {
  ...{ count: 12, http: { method: "PUT", path: "/v1/exhaust-port" } },
  ...refused("l7"),
});

/** What was denied, and is asked to be admitted. */
export const admitScenes: Readonly<Record<string, Scene>> = {
  "the xwing is let in": {
    text: "suggest deathstar --admit-denied default/xwing",
    given: {
      observed: [
        ...starWars.slice(0, 2),
        knock,
        seen(stranger, deathstar, 80, { count: 7, ...refused("default-deny") }),
      ],
      world: withRule1,
    },
  },
  "everybody is let in, as seen": {
    text: "suggest deathstar --admit-denied all",
    given: {
      observed: [
        ...starWars.slice(0, 2),
        knock,
        seen(xwing, deathstar, 443, { count: 3, ...refused("default-deny") }),
        seen(stranger, deathstar, 80, { count: 7, ...refused("default-deny") }),
        seen(named("unknown", reserved("unknown")), deathstar, 80, { count: 2, ...refused("default-deny") }),
      ],
      world: withRule1,
    },
  },
  "a deny rule stands against it": {
    text: "suggest deathstar --admit-denied default/xwing",
    given: {
      observed: [seen(xwing, deathstar, 80, { count: 40, ...refused("explicit-deny") })],
      world: deathstarWorld(noXwing),
    },
  },
  "the sender denies it": {
    text: "suggest deathstar --admit-denied default/xwing",
    given: {
      observed: [seen(xwing, deathstar, 80, { count: 40, ...refused("default-deny", "egress") })],
      world: { ...withRule1, objects: [quietXwing] },
    },
  },
  "both ends deny it": {
    text: "suggest deathstar --admit-denied default/xwing --since 15m",
    given: {
      observed: [seen(xwing, deathstar, 80, { count: 40, ...refused("default-deny", "egress") })],
      world: deathstarWorld(quietXwing),
    },
  },
  "a request is let in": {
    text: "suggest deathstar --admit-denied default/tiefighter",
    given: { observed: [...starWars.slice(0, 2), exhaust], world: { ...withRule1, objects: [l7Rule1] } },
  },
  "allowed by now": {
    text: "suggest deathstar --admit-denied all",
    given: { observed: [seen(tiefighter, deathstar, 80, { count: 9, ...refused("default-deny") })], world: withRule1 },
  },
  "nobody was denied": {
    text: "suggest deathstar --admit-denied default/ywing",
    given: { observed: [...starWars.slice(0, 2), knock], world: withRule1 },
  },
  "its twin would be let in too": {
    text: "suggest deathstar --admit-denied default/a",
    given: {
      observed: [
        seen(named("default/a", pod({ app: "a", track: "1" })), deathstar, 80, {
          count: 5,
          ...refused("default-deny"),
        }),
      ],
      world: { ...withRule1, known: [deathstar, named("default/b", pod({ app: "a", track: "1", more: "yes" }))] },
    },
  },
  "a scan of ports": {
    text: "suggest deathstar --admit-denied default/xwing",
    given: {
      observed: Array.from({ length: 60 }, (_, at) => seen(xwing, deathstar, 9000 + at, refused("default-deny"))),
      world: withRule1,
    },
  },
  "no policies are known": {
    text: "suggest deathstar --admit-denied default/xwing",
    given: { observed: [knock], world: null, notes: ["Kubernetes is not configured."] },
  },
  "half of it left": {
    text: "suggest xwing",
    given: { observed: [{ ...knock, from: ownXwing, to: quietStar }], world: { ...withRule1, known: [tiefighter] } },
  },
};

export const whatifScenes: Readonly<Record<string, Scene>> = {
  "it closes the door": {
    text: `whatif deathstar ${pasted(closed)}`,
    given: { observed: starWars, world: withRule1 },
  },
  "it opens the door": {
    text: `whatif ${pasted(cnp("open", { endpointSelector: {}, ingress: [{ fromEntities: ["all"] }] }))}`,
    given: { observed: starWars, world: withRule1 },
  },
  "nothing changes": {
    text: `whatif deathstar --since 15m ${pasted(rule1)}`,
    given: { observed: starWars, world: withRule1 },
  },
  "Cilium refuses it": {
    text: `whatif ${pasted(cnp("bad", { endpointSelector: {}, ingress: [{ fromCIDR: ["10.0.0.0/33"] }] }))}`,
    given: { observed: starWars },
  },
  "a mistyped field and a Deployment": {
    text: `whatif \`\`\`yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: typo}
spec:
  endpointSelector: {}
  ingress: [{fromEntities: [cluster], fromEntitys: [world]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
\`\`\``,
    given: { observed: [seen(tiefighter, deathstar, 80)], world: null, notes: ["Kubernetes is not configured."] },
  },
  "nothing was seen": { text: `whatif ${pasted(closed)}`, given: {} },
  "Relay is down too": {
    text: `whatif ${pasted(closed, cnp("b", { endpointSelector: {}, egress: [{}] }))}`,
    given: { down: true },
  },
};
