/** Reading policies and replaying flows against them, with ends, policies and flows of a large cluster. */
import { decide } from "../../src/policy/engine/decide.ts";
import type { End, FlowTuple } from "../../src/policy/engine/flow.ts";
import { compile } from "../../src/policy/engine/policy-set.ts";
import { replay } from "../../src/policy/engine/replay.ts";
import { podIdentityLabels } from "../../src/policy/identity-labels.ts";
import type { PolicyObject } from "../../src/policy/policy.ts";
import type { Row } from "./row.ts";

const counts = { namespaces: 50, apps: 40, policies: 1000, endpoints: 5000, flows: 100_000 };

export function benchPolicy(): Promise<Row[]> {
  const objects = policies();
  const ends = endpoints();
  const flows = tuples(ends);
  global.gc?.();
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const set = compile(objects);
  const compiled = performance.now();
  const first = replay(set, flows, () => undefined);
  const replayed = performance.now();
  replay(set, flows, () => undefined);
  const again = performance.now();
  const growth = (process.memoryUsage().rss - before) / 2 ** 20;
  const single = flows[0];
  if (single === undefined || set.refused.length > 0) throw new Error("the bench's policies are wrong");
  const cold = performance.now();
  decide(compile(objects), single);
  const asked = performance.now();
  const seconds = (replayed - start) / 1000;
  const said = `${first.allowed.toLocaleString("en")} allowed, ${first.denied.toLocaleString("en")} denied`;
  return Promise.resolve([
    { name: `1,000 policies × 5,000 endpoints × 100,000 flows (${said})`, value: seconds, unit: "s", goal: "< 10 s" },
    { name: "memory grown by it", value: growth, unit: "MB", goal: "< 300 MB" },
    { name: "the policies alone, read and indexed", value: compiled - start, unit: "ms" },
    { name: "the same flows again", value: again - replayed, unit: "ms" },
    { name: "one flow, from the objects on", value: asked - cold, unit: "ms" },
  ]);
}

export function policies(): PolicyObject[] {
  return Array.from({ length: counts.policies }, (_, index): PolicyObject => {
    const namespace = `ns-${index % counts.namespaces}`;
    const app = `app-${(index * 7) % counts.apps}`;
    const name = `p-${index}`;
    if (index % 10 === 9) {
      const spec = {
        podSelector: { matchLabels: { app } },
        ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }],
      };
      return { kind: "NetworkPolicy", namespace, name, spec, specs: undefined };
    }
    const isClusterWide = index % 50 === 3;
    const peers = Array.from({ length: 4 }, (_, at) => ({
      matchLabels: { app: `app-${(index + at * 11) % counts.apps}` },
    }));
    const spec = {
      endpointSelector: {
        matchExpressions: [{ key: "app", operator: "In", values: [app, `app-${index % counts.apps}`] }],
      },
      ingress: [
        {
          fromEndpoints: peers,
          toPorts: [
            {
              ports: [
                { port: "8080", protocol: "TCP" },
                { port: "9000", endPort: 9100, protocol: "TCP" },
              ],
            },
          ],
        },
        { fromEntities: ["host", "remote-node"] },
      ],
      egress: [
        { toEndpoints: peers },
        { toCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.96.0.0/12"] }], toPorts: [{ ports: [{ port: "443" }] }] },
        {
          toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system" } }],
          toPorts: [{ ports: [{ port: "53" }], rules: { dns: [{ matchPattern: "*" }] } }],
        },
      ],
      ...(index % 13 === 0 && { ingressDeny: [{ fromEntities: ["world"] }] }),
    };
    const kind = isClusterWide ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy";
    return { kind, namespace: isClusterWide ? "" : namespace, name, spec, specs: undefined };
  });
}

/** Every endpoint has labels of its own: as many identities as endpoints, which is the worst case. */
export function endpoints(): End[] {
  return Array.from({ length: counts.endpoints }, (_, index) => ({
    labels: podIdentityLabels({
      namespace: `ns-${index % counts.namespaces}`,
      labels: { app: `app-${index % counts.apps}`, tier: `tier-${index % 3}`, instance: `i-${index}` },
      namespaceLabels: { "kubernetes.io/metadata.name": `ns-${index % counts.namespaces}`, team: `team-${index % 7}` },
      serviceAccount: "default",
      cluster: "default",
    }),
  }));
}

export function tuples(ends: readonly End[]): FlowTuple[] {
  const outside: End = { labels: ["cidr:10.1.2.3/32", "reserved:world"], ip: "10.1.2.3" };
  const ports = [8080, 9050, 443, 53, 5432];
  return Array.from({ length: counts.flows }, (_, index) => {
    const sender = (index * 7919) % ends.length;
    // Most traffic stays within a namespace.
    const step = index % 4 === 0 ? index + 13 : counts.namespaces * ((index * 31) % 100);
    const from = ends[sender] ?? outside;
    const to = index % 10 === 0 ? outside : (ends[(sender + step) % ends.length] ?? outside);
    return { from, to, protocol: index % 9 === 0 ? "UDP" : "TCP", port: ports[index % ports.length] ?? 80 };
  });
}
