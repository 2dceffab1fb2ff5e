/** A simulated cluster with Relay and a Kubernetes API: what `suggest` writes, `whatif` takes, and neither denies what passes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { checkConfig } from "../../../src/config.ts";
import { BotError } from "../../../src/errors.ts";
import { type Lab, startLab } from "../../../src/lab/start.ts";
import { createLog } from "../../../src/log.ts";
import { readPolicies } from "../../../src/policy/document/read.ts";
import { compile } from "../../../src/policy/engine/policy-set.ts";
import type { PolicyObject } from "../../../src/policy/policy.ts";
import { type ClusterSources, openCluster } from "../../../src/sources/cluster.ts";
import type {
  Question,
  Running,
  SuggestFinding,
  SuggestQuestion,
  WhatifFinding,
} from "../../../src/sources/question.ts";
import { select } from "../hubble/asking.ts";

const now = Date.now();
const minute = 60_000;
const kept: { readonly name: string; readonly body: string }[] = [];
const running: Running = {
  stop: new AbortController().signal,
  progress: () => undefined,
  async keep({ name, body }) {
    kept.push({ name, body: body.toString() });
    return "A".repeat(22);
  },
};

let lab: Lab;
let cluster: ClusterSources;
beforeAll(async () => {
  const steps = [{ step: "l3-l4", at: now - 40 * minute } as const];
  lab = await startLab({ say: () => undefined, clusterOnly: true, scenarios: ["webpod"], steps });
  cluster = await openLab(lab);
}, 60_000);
afterAll(async () => {
  await cluster.close();
  await lab.close();
});

/** Relay and Kubernetes, as configured for a bot. */
async function openLab({ config }: Lab, kubernetes = true): Promise<ClusterSources> {
  const [options] = checkConfig(config(), "the lab's configuration").clusters;
  if (options?.kubernetes === undefined) throw new Error("the lab has a cluster");
  const { prometheus: _, kubernetes: api, ...rest } = options;
  return await openCluster({ ...rest, ...(kubernetes && { kubernetes: api }) }, { log: createLog("silent") });
}

async function ask(question: Question): Promise<unknown> {
  const hubble = cluster.answers.get("hubble");
  if (hubble === undefined) throw new Error("the lab has a Relay");
  return await hubble(question, AbortSignal.timeout(20_000), running);
}

function about(text: string) {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  const window = { from: now - 10 * minute, to: Date.now() };
  return { source: "hubble", cluster: "lab", select: { ...select, target: parsed.target }, window } as const;
}

const suggestAt = async (text: string, more: Partial<SuggestQuestion> = {}) =>
  (await ask({ ...about(text), ask: "suggest", audit: false, l7: false, ...more })) as SuggestFinding;
const whatifAt = async (text: string, policies: readonly PolicyObject[], visible?: readonly string[]) =>
  (await ask({ ...about(text), ask: "whatif", policies, ...(visible && { visible }) })) as WhatifFinding;

function suggestedIn({ suggestion }: SuggestFinding) {
  if (suggestion?.status !== "suggested") throw new Error(`no policy: ${suggestion?.status}`);
  const read = readPolicies(suggestion.yaml);
  if (!read.ok) throw new Error(read.say);
  const [policy] = read.policies;
  if (policy === undefined) throw new Error("no policy in the file");
  return { ...suggestion, object: policy };
}

describe.each(["default/deathstar", "default/webpod", "default/tiefighter", "kube-system/coredns"])("%s", (target) => {
  test("the policy allows all that passed, and is one that Cilium loads", async () => {
    const finding = await suggestAt(target);
    const { proof, change, object, yaml } = suggestedIn(finding);
    expect(compile([object]).refused).toEqual([]);
    expect(proof.flows).toBeGreaterThan(0);
    expect(proof.not.examples).toEqual([]);
    expect(proof.allowed).toBe(proof.flows);
    expect(change?.newlyDenied.bySeen.passed).toBe(0);
    expect(change?.newlyAllowed.examples).toEqual([]);
    expect(finding.coverage?.nodes.answered).toBe(3);
    expect(kept.at(-1)).toEqual({ name: `${object.name}.yaml`, body: yaml });
  });

  test("what if it were there says the same, and without any one entry that something is denied", async () => {
    const { object, rules } = suggestedIn(await suggestAt(target));
    expect((await whatifAt(target, [object])).change?.newlyDenied.bySeen.passed).toBe(0);
    const spec = object.spec as Readonly<Record<string, readonly unknown[]>>;
    for (const direction of ["ingress", "egress"]) {
      const own = rules.filter((rule) => rule.direction === direction);
      const items = spec[direction] ?? [];
      for (const [at, { flows }] of own.entries()) {
        if (flows === 0) continue;
        const rest = items.filter((_, index) => index !== at);
        const mutant = { ...object, spec: { ...spec, [direction]: rest.length > 0 ? rest : [{}] } };
        const { change } = await whatifAt(target, [mutant]);
        // Another policy of the cluster may let the same through.
        const isCovered = change?.newlyDenied.bySeen.passed === 0;
        expect([direction, at, isCovered && target !== "default/deathstar"]).toEqual([direction, at, false]);
      }
    }
  });
});

describe("what was denied", () => {
  function admittedIn({ suggestion }: SuggestFinding) {
    if (suggestion?.status !== "admitted") throw new Error(`no policy: ${suggestion?.status}`);
    const read = readPolicies(suggestion.yaml);
    if (!read.ok || read.policies[0] === undefined) throw new Error("no policy in the file");
    return { ...suggestion, object: read.policies[0] };
  }

  test("is admitted where it is asked for, and nothing else changes", async () => {
    const { suggestion, facts } = await suggestAt("default/deathstar", { admit: ["default/xwing"] });
    const { proof, admitted, kept, object, yaml } = admittedIn({ suggestion } as SuggestFinding);
    expect(admitted.pairs).toMatchObject([
      { from: "default/xwing", to: "default/deathstar", port: 80, protocol: "TCP", request: "", stillDenied: null },
    ]);
    expect(kept.pairs).toEqual([]);
    expect(admitted.packets).toBeGreaterThan(0);
    expect(proof.admitted).toEqual({ packets: admitted.packets, passing: admitted.packets });
    expect(proof.passed.flows).toBeGreaterThan(0);
    expect([proof.passed.newlyDenied, proof.others.newlyAllowed]).toEqual([0, 0]);
    expect(facts?.halves).toBeGreaterThan(0);
    expect(kept.packets + proof.others.packets + admitted.packets).toBe(facts?.seen.dropped);
    expect(yaml).toContain("It ADMITS that.");
    const { change } = await whatifAt("default/deathstar", [object]);
    expect([change?.newlyDenied.flows, change?.newlyAllowed.bySeen.passed]).toEqual([0, 0]);
    expect(change?.newlyAllowed.bySeen.dropped).toBeGreaterThan(0);
    expect(change?.newlyAllowed.examples.map(({ from }) => from)).toEqual(["default/xwing"]);
  });

  test("has left its sender, which needs no rule: the receiver is named", async () => {
    const { suggestion } = await suggestAt("default/xwing", { admit: ["default/deathstar"] });
    if (suggestion?.status !== "not-admitted") throw new Error(suggestion?.status);
    expect(suggestion.kept.pairs).toMatchObject([
      { from: "default/xwing", because: "other-end", side: "ingress", policies: [{ name: "rule1" }] },
    ]);
  });

  test("is no proof that it passed, and a policy for its sender lets it leave", async () => {
    const { change } = await whatifAt("default/xwing", []);
    expect(change?.disagreeing.bySeen.passed).toBe(0);
    const { notes } = suggestedIn(await suggestAt("default/xwing"));
    expect(notes).toContainEqual({ kind: "half", flows: expect.any(Number) });
  });
});

test("a policy that closes the target denies what passes, by name", async () => {
  const closed: PolicyObject = {
    ...{ kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1", specs: undefined },
    spec: { endpointSelector: {}, ingress: [{}] },
  };
  const { change, policies, facts } = await whatifAt("default/deathstar", [closed]);
  expect(policies).toMatchObject([{ name: "rule1", replaces: true, refusal: null }]);
  expect(change?.newlyDenied.examples[0]).toMatchObject({
    ...{ from: "default/tiefighter", to: "default/deathstar", port: 80, protocol: "TCP", seen: "passed" },
    ...{ side: "ingress", reason: "default-deny", policies: [{ name: "rule1" }] },
  });
  expect(change?.stillDenied).toBeGreaterThan(0);
  expect(facts?.present).toBeGreaterThan(0);
});

test("what Cilium would refuse is refused in its words, and nothing is compared", async () => {
  const bad: PolicyObject = {
    ...{ kind: "CiliumNetworkPolicy", namespace: "default", name: "bad", specs: undefined },
    spec: { endpointSelector: {}, ingress: [{ fromCIDR: ["10.0.0.0/33"] }] },
  };
  const { change, policies } = await whatifAt("default/deathstar", [bad]);
  expect(change).toBeNull();
  expect(policies[0]?.refusal?.message).toContain("10.0.0.0/33");
});

test("where only some namespaces may be seen, other namespaces' policies are not named", async () => {
  const deny: PolicyObject = {
    ...{ kind: "CiliumNetworkPolicy", namespace: "kube-system", name: "hidden-policy", specs: undefined },
    spec: { endpointSelector: {}, ingressDeny: [{ fromEndpoints: [{}] }, { fromEntities: ["all"] }] },
  };
  const open = await whatifAt("kube-system/coredns", [deny]);
  expect(JSON.stringify(open.change)).toContain("hidden-policy");
  const bound = await whatifAt("ns/default", [deny], ["default"]);
  expect(bound.change?.newlyDenied.flows).toBeGreaterThan(0);
  expect(JSON.stringify(bound.change)).not.toContain("hidden-policy");
});

test("a target that is not one thing gets no policy", async () => {
  expect(await suggestAt("default/nosuchthing")).toMatchObject({ resolution: { status: "unknown" }, suggestion: null });
});

test("without Kubernetes the policy is proven alone, and the finding says why", async () => {
  const alone = await openLab(lab, false);
  try {
    const hubble = alone.answers.get("hubble");
    const question = { ...about("default/deathstar"), ask: "suggest", audit: false, l7: false } as const;
    const finding = (await hubble?.(question, AbortSignal.timeout(20_000), running)) as SuggestFinding;
    expect(suggestedIn(finding).change).toBeNull();
    expect(finding.facts).toMatchObject({ present: null, notes: ["Kubernetes is not configured."] });
  } finally {
    await alone.close();
  }
});

test("a question that is given up ends, and is not answered", async () => {
  const hubble = cluster.answers.get("hubble");
  const question = { ...about("default/deathstar"), ask: "suggest", audit: false, l7: false } as const;
  const failure: unknown = await hubble?.(question, AbortSignal.abort(), running).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BotError);
});
