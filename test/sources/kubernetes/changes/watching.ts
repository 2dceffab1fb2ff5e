/** The Kubernetes source with its memory of changes in a real Redis. */
import { randomUUID } from "node:crypto";
import type { Change, ChangeKind } from "../../../../src/analysis/changes/change.ts";
import { redactText } from "../../../../src/analysis/redact.ts";
import { parseTarget } from "../../../../src/analysis/target-parse.ts";
import { createKubernetes, type Kubernetes } from "../../../../src/sources/kubernetes/kubernetes.ts";
import type { ChangesFinding, ChangesQuestion, Running } from "../../../../src/sources/question.ts";
import { type ChangeStore, createChangeStore } from "../../../../src/store/changes.ts";
import type { Redis } from "../../../../src/store/redis.ts";
import type { TestObject } from "../api-server.ts";

export const newPrefix = () => `{changes-${randomUUID().slice(0, 8)}}`;

export interface Watching extends AsyncDisposable {
  readonly kubernetes: Kubernetes;
  readonly store: ChangeStore;
  find(text?: string, more?: Partial<ChangesQuestion>, running?: Running): Promise<ChangesFinding>;
  /** Asks until there are so many, and returns them, newest first. */
  changes(count: number, text?: string): Promise<readonly Change[]>;
}

const timing = { backoffMs: 10, maxBackoffMs: 100, idleMs: 2_000 };
const kinds: readonly ChangeKind[] = ["policy", "workload", "namespace", "node", "config"];

export async function startWatching(kubeconfig: string, redis: Redis, prefix: string, name = "lab"): Promise<Watching> {
  const store = createChangeStore(redis, prefix);
  const changes = { memory: store, redact: redactText, beatMs: 200 };
  const kubernetes = createKubernetes({ name, kubeconfig, timing, changes });
  await kubernetes.ready(AbortSignal.timeout(20_000));
  const find: Watching["find"] = async (text, more = {}, running) => {
    const parsed = text === undefined ? undefined : parseTarget(text);
    if (parsed?.ok === false) throw new Error(parsed.say);
    const window = { since: Date.now() - 3_600_000, until: Date.now() + 60_000 };
    const question: ChangesQuestion = {
      ...{ source: "kubernetes", ask: "changes", cluster: name, target: parsed?.target ?? null, kinds },
      ...{ ...window, name: "changes.txt", ...more },
    };
    return await kubernetes.answer(question, AbortSignal.timeout(15_000), running);
  };
  // The first list is written down before anything changes.
  await find();
  return {
    ...{ kubernetes, store, find },
    async changes(count, text) {
      const end = performance.now() + 15_000;
      for (;;) {
        const { changes: found } = await find(text);
        if ((found?.length ?? 0) >= count) return found ?? [];
        if (performance.now() > end) throw new Error(`${found?.length} of ${count} changes: ${JSON.stringify(found)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    [Symbol.asyncDispose]: () => kubernetes.close(),
  };
}

export interface Written {
  readonly by?: string;
  /** Milliseconds ago; now when left out. */
  readonly ago?: number;
  readonly createdAgo?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly uid?: string;
}

const stamp = (ago: number) => `${new Date(Date.now() - ago).toISOString().slice(0, 19)}Z`;

/** As an API server has it: who wrote which part when. */
export function written(
  namespace: string,
  name: string,
  parts: Readonly<Record<string, unknown>>,
  { by = "kubectl-client-side-apply", ago = 0, createdAgo = ago, labels, uid = `${namespace}-${name}` }: Written = {},
): TestObject {
  const fieldsV1 = labels
    ? { "f:metadata": { "f:labels": {} } }
    : Object.fromEntries(Object.keys(parts).map((part) => [`f:${part}`, {}]));
  return {
    metadata: {
      ...{ name, uid, creationTimestamp: stamp(createdAgo) },
      ...(namespace !== "" && { namespace }),
      ...(labels && { labels }),
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"password":"hunter2"}' },
      managedFields: [
        {
          manager: "cilium-operator",
          operation: "Update",
          time: stamp(0),
          subresource: "status",
          fieldsV1: { "f:status": {} },
        },
        { manager: by, operation: "Update", time: stamp(ago), fieldsType: "FieldsV1", fieldsV1 },
      ],
    },
    ...parts,
  };
}

export function rule(ports: readonly string[], org = "empire") {
  return {
    endpointSelector: { matchLabels: { class: "deathstar" } },
    ingress: [
      {
        fromEndpoints: [{ matchLabels: { org } }],
        toPorts: [{ ports: ports.map((port) => ({ port, protocol: "TCP" })) }],
      },
    ],
  };
}
