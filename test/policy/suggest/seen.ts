/** Worlds with workloads and what was seen between them, small enough to think about and random enough to be wrong about. */
import type { End } from "../../../src/policy/engine/flow.ts";
import type { NamedEnd, Observed } from "../../../src/policy/replay/observed.ts";
import { defaultSettings } from "../../../src/policy/settings.ts";
import { type SuggestInput, type Suggestion, suggest } from "../../../src/policy/suggest/suggest.ts";
import { type Random, randomFrom } from "../../fixtures/random.ts";
import { outside, pod, reserved } from "../../support/policies.ts";

export function named(name: string, end: End, target = false): NamedEnd {
  return { ...end, name, target };
}

export function seen(from: NamedEnd, to: NamedEnd, port: number, more: Partial<Observed> = {}): Observed {
  return { from, to, port, protocol: "TCP", count: 1, seen: "passed", secret: false, ...more };
}

export function suggestFor(observed: readonly Observed[], more: Partial<SuggestInput> = {}): Suggestion {
  const settings = defaultSettings;
  return suggest({ observed, known: [], whole: false, audit: false, l7: false, settings, taken: new Set(), ...more });
}

export function suggested(observed: readonly Observed[], more: Partial<SuggestInput> = {}) {
  const found = suggestFor(observed, more);
  if (found.status !== "suggested") throw new Error(`no policy: ${found.status}`);
  return found;
}

export interface World {
  readonly observed: readonly Observed[];
  readonly known: readonly NamedEnd[];
  readonly target: NamedEnd;
}

const ports = [80, 443, 5432, 8080, 9090];

export function worldOf(seed: number): World {
  const random = randomFrom(seed);
  const workloads = Array.from({ length: 12 }, (_, at) => workload(random, at));
  const [target = []] = workloads;
  const [first] = target;
  if (first === undefined) throw new Error("a workload has pods");
  const others = [...workloads.slice(1).flat(), ...strangers()];
  const observed = Array.from({ length: 5 + random.below(40) }, (): Observed => {
    const own = random.pick(target);
    const other = random.pick(others);
    const [from, to] = random.chance(0.5) ? [own, other] : [other, own];
    const protocol = random.pick(["TCP", "TCP", "UDP", "ICMPv4"]);
    return seen(from, to, protocol === "ICMPv4" ? 8 : random.pick(ports), {
      ...{
        protocol,
        count: 1 + random.below(20),
        seen: random.chance(0.8) ? "passed" : random.pick(["audited", "dropped"]),
      },
    });
  });
  return { observed, known: workloads.flat(), target: first };
}

/** Pods of one workload may have two sets of labels, as during a rollout. */
function workload(random: Random, at: number): NamedEnd[] {
  const namespace = at === 0 || random.chance(0.6) ? "shop" : random.pick(["data", "kube-system"]);
  const labels = {
    ...(random.chance(0.7) && { app: `app-${random.below(3)}` }),
    ...(random.chance(0.5) && { "app.kubernetes.io/component": random.pick(["web", "db", "cache"]) }),
    ...(random.chance(0.4) && { team: random.pick(["red", "blue"]) }),
    id: `w${at}`,
  };
  const versions = random.chance(0.3) ? ["1", "2"] : ["1"];
  return versions.map((version) =>
    named(
      `${namespace}/w${at}`,
      pod({ ...labels, version, "pod-template-hash": `${at}${version}` }, namespace),
      at === 0,
    ),
  );
}

function strangers(): NamedEnd[] {
  return [
    named("host", reserved("host")),
    named("remote-node", reserved("remote-node")),
    named("kube-apiserver", { labels: ["reserved:kube-apiserver", "reserved:remote-node"] }),
    named("api.example.com", outside("93.184.216.34", "api.example.com")),
    named("api.example.com", outside("93.184.216.35", "cdn.example.com", "api.example.com")),
    named("198.51.100.7", outside("198.51.100.7")),
    named("10.200.0.9", outside("10.200.0.9")),
    named("world", reserved("world")),
  ];
}
