/** A simulated cluster on its way to default-deny: flows and policies in, edges out, the same whoever counts them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkConfig } from "../../../src/config.ts";
import { type Lab, startLab } from "../../../src/lab/start.ts";
import { createLog } from "../../../src/log.ts";
import type { Coached } from "../../../src/policy/coach/coached.ts";
import { type ClusterSources, openCluster } from "../../../src/sources/cluster.ts";
import type { CoachFinding, CoachQuestion } from "../../../src/sources/question.ts";
import { shownCoached } from "../../../src/sources/replay/coach.ts";
import { createCollector } from "../../../src/sources/replay/collect.ts";
import { endpoint, makeFlow } from "../../fixtures/flows/make.ts";
import { select } from "../hubble/asking.ts";

const now = Date.now();
const minute = 60_000;
let lab: Lab;
let cluster: ClusterSources;
beforeAll(async () => {
  const steps = [{ step: "l3-l4", at: now - 40 * minute } as const];
  lab = await startLab({ say: () => undefined, clusterOnly: true, scenarios: ["webpod"], steps });
  cluster = await openLab();
}, 60_000);
afterAll(async () => {
  await cluster.close();
  await lab.close();
});

async function openLab(kubernetes = true): Promise<ClusterSources> {
  const [options] = checkConfig(lab.config(), "the lab's configuration").clusters;
  if (options?.kubernetes === undefined) throw new Error("the lab has a cluster");
  const { prometheus: _, kubernetes: api, ...rest } = options;
  return await openCluster({ ...rest, ...(kubernetes && { kubernetes: api }) }, { log: createLog("silent") });
}

async function ask(name: string, more: Partial<CoachQuestion> = {}, of = cluster): Promise<CoachFinding> {
  const hubble = of.answers.get("hubble");
  const target = { kind: "namespace", name } as const;
  const window = { from: now - 10 * minute, to: Date.now() };
  const question: CoachQuestion = {
    source: "hubble",
    ask: "coach",
    cluster: "lab",
    select: { ...select, target },
    window,
    ...more,
  };
  return (await hubble?.(question, AbortSignal.timeout(20_000))) as CoachFinding;
}

function coachedIn({ coached }: CoachFinding): Coached {
  if (coached === null) throw new Error("nothing was found");
  return coached;
}

describe("the namespace of the Star Wars", () => {
  test("has the rule that lets the empire in, refuses the alliance, and lacks every other", async () => {
    const { edges, audit, counts, always } = coachedIn(await ask("default"));
    const texts = (rule: keyof typeof edges) =>
      edges[rule].listed.map((edge) => `${edge.direction} ${edge.from} ${edge.to}`);
    expect(texts("ruled")).toContain("ingress default/tiefighter default/deathstar");
    expect(texts("missing")).toContain("egress default/tiefighter default/deathstar");
    expect(texts("refused")).toContain("ingress default/xwing default/deathstar");
    expect([...texts("missing"), ...texts("ruled")]).not.toContain("egress default/xwing default/deathstar");
    expect(edges.unknown.total).toBe(0);
    expect(audit).toEqual({ status: "enforced", flows: 0, unexplained: 0 });
    expect(counts.enforced?.ingress).toBeGreaterThan(0);
    expect(counts.workloads).toBeGreaterThan(counts.enforced?.ingress ?? 0);
    expect(always).toBeGreaterThanOrEqual(0);
  });

  test("has dates within the window", async () => {
    const { edges } = coachedIn(await ask("default"));
    for (const { first, last } of [...edges.ruled.listed, ...edges.missing.listed]) {
      expect(Date.parse(first)).toBeGreaterThanOrEqual(now - 10 * minute);
      expect(Date.parse(last)).toBeGreaterThanOrEqual(Date.parse(first));
    }
  });

  test("is told without Kubernetes as far as flows go", async () => {
    const alone = await openLab(false);
    try {
      const finding = await ask("default", {}, alone);
      const { edges, counts } = coachedIn(finding);
      expect([edges.ruled.total, edges.missing.total, counts.enforced]).toEqual([0, 0, null]);
      expect(edges.unknown.total).toBeGreaterThan(3);
      expect(finding.facts?.notes).toEqual(["Kubernetes is not configured."]);
    } finally {
      await alone.close();
    }
  });
});

test("a namespace that there is not gets no answer about it", async () => {
  expect(await ask("nosuch")).toMatchObject({ resolution: { status: "unknown" }, coached: null });
});

test("where only some namespaces may be seen, policies of others are not named", async () => {
  const coached = coachedIn(await ask("default"));
  expect(JSON.stringify(coached)).toContain('"name":"rule1"');
  expect(JSON.stringify(shownCoached(coached, ["webpod"]))).not.toContain('"name":"rule1"');
  expect(shownCoached(coached, ["default"])).toEqual(coached);
});

test("rows are dated and kept apart by side when that is asked for", () => {
  const pod = (name: string) =>
    endpoint({ identity: 1_000 + name.length, namespace: "default", pod: name, labels: [`k8s:app=${name}`] });
  const [web, db] = [pod("web"), pod("database")];
  const flow = (time: number, direction: number) =>
    makeFlow({
      source: web,
      destination: db,
      verdict: 1,
      dropReason: 0,
      eventType: 5,
      isReply: false,
      time,
      direction,
    });
  const flows = [flow(2_000.5, 1), flow(1_000, 2), flow(9_000, 1), flow(5_000, 1)];
  const tables = [true, false].map((dated) => {
    const collector = createCollector({ target: undefined, resolution: null, dated });
    for (const one of flows) collector.add(one);
    return collector.finish();
  });
  expect(tables[0]?.dates).toEqual([
    [2_000, 9_000, 1],
    [1_000, 1_000, 2],
  ]);
  expect(tables[0]?.rows.map((row) => row[6])).toEqual([3, 1]);
  expect(tables[1]?.dates).toBeUndefined();
  // One connection, seen at both ends: the receiver's records count.
  expect(tables[1]?.rows.map((row) => row[6])).toEqual([3]);
});
