/** Answers to read. */

import { named, seen } from "../../policy/suggest/seen.ts";
import { cnp, pod } from "../../support/policies.ts";
import { deathstar, type Given, pasted, rule1, starWars, tiefighter, withRule1, xwing } from "./asking.ts";

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
