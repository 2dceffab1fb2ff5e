/** What a person types, taken through `suggest` and `whatif` with findings that the work itself made of a few flows. */
import type { Answer, Step } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { PolicyObject } from "../../../src/policy/policy.ts";
import type { NamedEnd, Observed } from "../../../src/policy/replay/observed.ts";
import type {
  Finding,
  Outcome,
  ReplayFacts,
  SuggestFinding,
  SuggestQuestion,
  WhatifFinding,
  WhatifQuestion,
} from "../../../src/sources/question.ts";
import {
  denialAt,
  type FlowTable,
  type TableRow,
  tableProtocols,
  tableSeen,
} from "../../../src/sources/replay/table.ts";
import { type PolicyWorld, runTask } from "../../../src/sources/replay/task.ts";
import { named, seen } from "../../policy/suggest/seen.ts";
import { cnp, outside, pod, reserved } from "../../support/policies.ts";

export const askedAt = Date.parse("2026-11-20T12:00:00.000Z");

export interface Given {
  readonly observed?: readonly Observed[];
  /** Null: the cluster's policies could not be read. */
  readonly world?: PolicyWorld | null;
  readonly resolution?: SuggestFinding["resolution"];
  readonly notes?: readonly string[];
  /** Relay did not answer. */
  readonly down?: boolean;
  readonly visible?: Readonly<Record<string, readonly string[]>>;
}

function stepOf(text: string, outcomes: readonly Outcome[], { visible = {} }: Given): Step {
  const parsed = parseCommand(text, { clusters: ["lab", "prod"], defaultCluster: "lab" });
  if (!parsed.ok) throw new Error(parsed.say);
  const round = outcomes.length === 0 ? 0 : 1;
  return parsed.command.step({ args: parsed.args, askedAt, clusters: parsed.clusters, visible, outcomes, round });
}

export function questionOf(text: string, given: Given = {}): SuggestQuestion | WhatifQuestion {
  const step = stepOf(text, [], given);
  if (!("ask" in step)) throw new Error(step.answer.message.title);
  const [question] = step.ask;
  if (question?.ask !== "suggest" && question?.ask !== "whatif") throw new Error("it asks something else");
  return question;
}

export function answerOf(text: string, given: Given = {}): Answer {
  const question = questionOf(text, given);
  const say = "Relay at 10.0.0.1:80 could not be reached.";
  const outcome: Outcome = given.down
    ? { question, ms: 5, status: "failed", error: { code: "UNREACHABLE", say } }
    : { question, ms: 5, status: "ok", finding: findingFor(question, given) };
  const step = stepOf(text, [outcome], given);
  if (!("answer" in step)) throw new Error("it asks again");
  return step.answer;
}

const coverage = {
  nodes: { answered: 3, total: 3, missing: [] },
  ...{ oldest: "2026-11-20T10:30:00.000Z", lost: {}, shed: 0, truncated: false },
};

function findingFor(question: SuggestQuestion | WhatifQuestion, given: Given): Finding {
  const { observed = [], world = nothing, resolution = null, notes = [] } = given;
  const table = tableOf(observed);
  const counts = { passed: 0, audited: 0, dropped: 0 };
  for (const one of observed) counts[one.seen] += one.count;
  const facts: ReplayFacts = {
    ...{ seen: counts, tuples: observed.length, shed: 0, notes },
    present: world?.objects.length ?? null,
  };
  if (question.ask === "suggest") {
    if (resolution?.status === "ambiguous" || resolution?.status === "unknown")
      return { ask: "suggest", resolution, suggestion: null, facts: null, coverage: null, file: null };
    const { audit, l7 } = question;
    const whole = question.select.target?.kind === "namespace";
    const comment = ["From traffic seen in lab."];
    const { admit } = question;
    const { suggestion = null } =
      admit === undefined
        ? runTask({ kind: "suggest", table, world, whole, audit, l7, comment })
        : runTask({ kind: "admit", table, world, peers: admit === "all" ? null : admit, comment });
    const file =
      suggestion !== null && "yaml" in suggestion
        ? {
            ...{
              id: "A".repeat(22),
              name: `${suggestion.policy.name}.yaml`,
              type: "text/plain; charset=utf-8" as const,
            },
            bytes: suggestion.yaml.length,
          }
        : null;
    return { ask: "suggest", resolution, suggestion, facts, coverage, file } satisfies SuggestFinding;
  }
  const { whatif } = runTask({ kind: "whatif", table, world, policies: question.policies });
  const { change = null, policies = [] } = whatif ?? {};
  return { ask: "whatif", resolution, change, policies, facts, coverage } satisfies WhatifFinding;
}

const nothing: PolicyWorld = { objects: [], settings: {}, known: [] };

function tableOf(observed: readonly Observed[]): FlowTable {
  const ends: NamedEnd[] = [];
  const at = (end: NamedEnd) => (ends.includes(end) ? ends.indexOf(end) : ends.push(end) - 1);
  const requests: { http?: NonNullable<Observed["http"]>; secret: boolean }[] = [];
  const rows = observed.map((one): TableRow => {
    const protocol = tableProtocols.indexOf(one.protocol as (typeof tableProtocols)[number]);
    const request = one.http === undefined ? -1 : requests.push({ http: one.http, secret: one.secret }) - 1;
    const row = [
      at(one.from),
      at(one.to),
      protocol,
      one.port,
      tableSeen.indexOf(one.seen),
      request,
      one.count,
    ] as const;
    return one.denial === undefined ? row : [...row, denialAt(one.denial)];
  });
  return { ends, requests, rows, shed: 0 };
}

export const deathstar = named(
  "default/deathstar",
  pod({ "app.kubernetes.io/name": "deathstar", class: "deathstar", org: "empire" }),
  true,
);
const star = (name: string, org: string) =>
  named(`default/${name}`, pod({ "app.kubernetes.io/name": name, class: name, org }));
export const [tiefighter, xwing] = [star("tiefighter", "empire"), star("xwing", "alliance")];
const dns = named("kube-system/coredns", pod({ "k8s-app": "kube-dns" }, "kube-system"));
const api = named("api.example.com", outside("93.184.216.34", "api.example.com"));

export const rule1: PolicyObject = cnp("rule1", {
  endpointSelector: { matchLabels: { org: "empire", class: "deathstar" } },
  ingress: [
    { fromEndpoints: [{ matchLabels: { org: "empire" } }], toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] },
  ],
});
export const withRule1: PolicyWorld = { objects: [rule1], settings: {}, known: [deathstar, tiefighter, xwing, dns] };

const request = (method: string, path: string, count: number) =>
  seen(tiefighter, deathstar, 80, { count, http: { method, path } });

/** Two minutes of Star Wars. */
export const starWars: readonly Observed[] = [
  seen(tiefighter, deathstar, 80, { count: 800 }),
  request("POST", "/v1/request-landing", 300),
  request("PUT", "/v1/exhaust-port", 12),
  seen(xwing, deathstar, 80, { count: 40, seen: "dropped" }),
  seen(named("host", reserved("host")), deathstar, 80, { count: 60 }),
  seen(deathstar, dns, 53, { count: 20, protocol: "UDP" }),
  seen(deathstar, api, 443, { count: 12 }),
];

export function pasted(...policies: readonly PolicyObject[]): string {
  const objects = policies.map(({ kind, namespace, name, spec }) => ({
    ...{ apiVersion: "cilium.io/v2", kind, metadata: { name, namespace }, spec },
  }));
  return `\`\`\`${objects.map((object) => JSON.stringify(object)).join("\n---\n")}\`\`\``;
}
