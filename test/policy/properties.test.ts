import { describe, expect, test } from "vitest";
import { decide } from "../../src/policy/engine/decide.ts";
import type { End, FlowTuple } from "../../src/policy/engine/flow.ts";
import { compile } from "../../src/policy/engine/policy-set.ts";
import { verdict } from "../../src/policy/engine/verdict.ts";
import type { PolicyObject } from "../../src/policy/policy.ts";
import { readSelector, selects } from "../../src/policy/selector.ts";
import { ccnp, cnp, outside, pod, reserved } from "../support/policies.ts";

/** Each property is tried on this many generated worlds, the same in every run. */
const worlds = Array.from({ length: 60 }, (_, seed) => seed + 1);

describe.each(worlds)("world %i", (seed) => {
  test("the order of policies and of their entries changes no verdict", () => {
    const random = generator(seed);
    const objects = policies(random, { denies: true });
    const shuffled = shuffle(objects, random).map((object) => ({ ...object, spec: shuffledSpec(object.spec, random) }));
    const [one, other] = [compile(objects), compile(shuffled)];
    for (const flow of flows(random)) {
      const [left, right] = [decide(one, flow), decide(other, flow)];
      expect([right.verdict, right.reason]).toEqual([left.verdict, left.reason]);
    }
  });

  test("one more allow denies nothing that was allowed, unless it is the first to isolate the endpoint", () => {
    const random = generator(seed + 1000);
    const objects = policies(random, { denies: true });
    const before = compile(objects);
    const [added] = policies(random, { denies: false });
    if (added === undefined) throw new Error("no policy");
    const after = compile([...objects, added]);
    for (const flow of flows(random)) {
      const [was, is] = [verdict(before, flow), verdict(after, flow)];
      if (was.verdict !== "ALLOWED" || is.verdict === "ALLOWED") continue;
      const isolated = (["egress", "ingress"] as const).some(
        (side) => is[side].verdict === "DENIED" && is[side].defaultDeny && !was[side].defaultDeny,
      );
      expect(isolated).toBe(true);
    }
  });

  test("a deny of everything denies, whatever else allows", () => {
    const random = generator(seed + 2000);
    const deny = ccnp("deny", { endpointSelector: {}, ingressDeny: [{ fromEntities: ["all"] }] });
    const set = compile([...policies(random, { denies: true }), deny]);
    for (const flow of flows(random)) {
      const { ingress } = verdict(set, flow);
      if (!ingress.applies) continue;
      expect([ingress.verdict, ingress.reason]).toEqual(["DENIED", "explicit-deny"]);
      expect(ingress.deciding.map(({ name }) => name)).toContain("deny");
    }
  });

  test("without denies, all policies together allow what any one of the isolating ones allows", () => {
    const random = generator(seed + 3000);
    const objects = policies(random, { denies: false });
    const all = compile(objects);
    const single = objects.map((object) => compile([object]));
    for (const flow of flows(random)) {
      const together = verdict(all, flow);
      for (const side of ["egress", "ingress"] as const) {
        const speaking = single.map((set) => verdict(set, flow)[side]).filter(({ enforced }) => enforced);
        const expected = speaking.length === 0 || speaking.some((one) => one.verdict === "ALLOWED");
        expect(together[side].verdict).toBe(expected ? "ALLOWED" : "DENIED");
      }
    }
  });

  test("a denied flow has a nearest rule whose condition does fail: repairing it by hand lets the flow pass", () => {
    const random = generator(seed + 4000);
    const objects = policies(random, { denies: false });
    const set = compile(objects);
    for (const flow of flows(random)) {
      const { ingress } = verdict(set, flow);
      const { nearest } = ingress;
      if (nearest === null || nearest.alsoFailed !== null || nearest.failed.kind !== "port") continue;
      const repaired = { ...flow, port: Number.parseInt(nearest.failed.wanted[0] ?? "", 10) };
      expect(verdict(set, repaired).ingress.verdict).toBe("ALLOWED");
    }
  });
});

describe("selectors", () => {
  test.each(worlds)("agree with the words of the Kubernetes documentation, read naively: %i", (seed) => {
    const random = generator(seed + 5000);
    for (let round = 0; round < 50; round++) {
      const written = selector(random);
      const labels = podLabels(random);
      const read = readSelector(written, "any");
      if (read === null) throw new Error("not a selector");
      const identity = Object.entries(labels).map(([key, value]) => `k8s:${key}=${value}`);
      expect(selects(read, identity)).toBe(naive(written, labels));
    }
  });
});

interface Written {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

function naive(
  { matchLabels = {}, matchExpressions = [] }: Written,
  labels: Readonly<Record<string, string>>,
): boolean {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  for (const { key, operator, values = [] } of matchExpressions) {
    const has = key in labels;
    const listed = has && values.includes(labels[key] ?? "");
    if (operator === "In" && !listed) return false;
    if (operator === "NotIn" && listed) return false;
    if (operator === "Exists" && !has) return false;
    if (operator === "DoesNotExist" && has) return false;
  }
  return true;
}

type Random = (below: number) => number;

/** A linear congruential generator: the same worlds everywhere. */
function generator(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(random(rest.length), 1));
}

function shuffledSpec(spec: unknown, random: Random): object {
  return Object.fromEntries(
    Object.entries(spec as object).map(([key, value]) => [
      key,
      Array.isArray(value) ? shuffle<unknown>(value, random) : value,
    ]),
  );
}

const keys = ["app", "role", "tier"];
const values = ["a", "b", "c"];
const namespaces = ["shop", "prod"];

function podLabels(random: Random): Record<string, string> {
  return Object.fromEntries(keys.filter(() => random(3) > 0).map((key) => [key, pick(random, values)]));
}

function selector(random: Random): Written {
  const matchLabels = random(2) === 0 ? { [pick(random, keys)]: pick(random, values) } : {};
  const operator = pick(random, ["In", "NotIn", "Exists", "DoesNotExist"]);
  const listed = operator.endsWith("In") ? { values: [pick(random, values), pick(random, values)] } : {};
  return {
    matchLabels,
    ...(random(3) === 0 && { matchExpressions: [{ key: pick(random, keys), operator, ...listed }] }),
  };
}

function item(random: Random, side: "from" | "to"): object {
  const peers = [
    () => ({ [`${side}Endpoints`]: [selector(random), selector(random)] }),
    () => ({ [`${side}Entities`]: [pick(random, ["world", "cluster", "host", "remote-node", "all"])] }),
    () => ({ [`${side}CIDRSet`]: [{ cidr: "192.0.2.0/24", except: ["192.0.2.128/25"] }] }),
    () => ({}),
  ];
  const ports = [
    () => ({ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] }),
    () => ({ toPorts: [{ ports: [{ port: "80", endPort: 90 }] }] }),
    () => ({}),
  ];
  return { ...pick(random, peers)(), ...pick(random, ports)() };
}

function policies(random: Random, { denies }: { readonly denies: boolean }): PolicyObject[] {
  return Array.from({ length: 2 + random(4) }, (_, index) => {
    const spec = {
      endpointSelector: random(3) === 0 ? {} : selector(random),
      ingress: Array.from({ length: 1 + random(3) }, () => item(random, "from")),
      ...(random(2) === 0 && { egress: [item(random, "to")] }),
      ...(denies && random(3) === 0 && { ingressDeny: [item(random, "from")] }),
    };
    const name = `p${index}-${random(1000)}`;
    return random(4) === 0 ? ccnp(name, spec) : cnp(name, spec, pick(random, namespaces));
  });
}

function end(random: Random): End {
  if (random(6) === 0) return outside(`192.0.2.${random(256)}`);
  if (random(8) === 0) return reserved(pick(random, ["host", "remote-node"]));
  return pod(podLabels(random), pick(random, namespaces));
}

function flows(random: Random): FlowTuple[] {
  return Array.from({ length: 20 }, () => ({
    from: end(random),
    to: end(random),
    protocol: pick(random, ["TCP", "TCP", "UDP"]),
    port: pick(random, [80, 85, 443]),
  }));
}
