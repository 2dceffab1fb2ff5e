import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { podIdentityLabels } from "../../src/policy/identity-labels.ts";
import type { Direction, Policy } from "../../src/policy/policy.ts";
import { readCiliumPolicy } from "../../src/policy/read-cilium.ts";
import { readNetworkPolicy } from "../../src/policy/read-kubernetes.ts";
import { isEnforced } from "../../src/policy/selects.ts";

/** Cases whose `engine` was computed by Cilium's own policy code: test/fixtures/policy/README.md. */
interface Case {
  readonly id: string;
  readonly config?: { readonly enablePolicy?: string };
  readonly policies: readonly PolicyJson[];
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly from: End;
  readonly to: End;
  readonly engine?: Readonly<Partial<Record<Direction, { readonly enforced: boolean; readonly verdict: string }>>>;
}

interface End {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface PolicyJson {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
  readonly specs?: unknown;
}

describe.each(["vectors", "corpus", "probes", "corpus-l7"])("%s", (file) => {
  test("enforcement agrees with Cilium's engine in every case", () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const one of readCases(file)) {
      for (const [direction, engine] of Object.entries(one.engine ?? {}) as [
        Direction,
        { enforced: boolean; verdict: string },
      ][]) {
        const subject = direction === "ingress" ? one.to : one.from;
        const labels = subjectLabels(subject, one.namespaces);
        if (labels === null || engine.verdict === "ERROR" || one.config?.enablePolicy !== undefined) continue;
        compared += 1;
        if (isEnforced(one.policies.map(read), labels, direction) !== engine.enforced)
          wrong.push(`${one.id} ${direction}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBe({ vectors: 129, corpus: 1764, probes: 150, "corpus-l7": 238 }[file]);
  });
});

function subjectLabels(end: End, namespaces: Case["namespaces"]): string[] | null {
  if (end.namespace === undefined || end.labels === undefined) return null;
  return podIdentityLabels({
    namespace: end.namespace,
    labels: end.labels,
    namespaceLabels: namespaces[end.namespace] ?? {},
    serviceAccount: "default",
    cluster: "default",
  });
}

function read(json: PolicyJson): Policy {
  const { name, namespace = "" } = json.metadata;
  const object = { kind: json.kind, namespace, name, spec: json.spec, specs: json.specs };
  return json.kind === "NetworkPolicy" ? readNetworkPolicy(object) : readCiliumPolicy(object);
}

function readCases(file: string): Case[] {
  const path = new URL(`../fixtures/policy/${file}.jsonl.gz`, import.meta.url);
  return gunzipSync(readFileSync(path))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}
