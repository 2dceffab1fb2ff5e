/** A CiliumNetworkPolicy that adds what was denied to what passes, exactly as it was seen, and takes nothing away. */
import type { PolicySet } from "../engine/policy-set.ts";
import { namespaceOf } from "../labels.ts";
import type { Direction, PolicyObject } from "../policy.ts";
import type { NamedEnd, Observed } from "../replay/observed.ts";
import type { Settings } from "../settings.ts";
import { judge, type Kept, keep, type Missing, subject } from "./admission.ts";
import { exactPeers } from "./exact.ts";
import { itemsOf, type WrittenItem } from "./items.ts";
import { exactly } from "./labels.ts";
import type { SuggestNote } from "./note.ts";
import { namesOf } from "./selectors.ts";
import { endsOf, untaken } from "./suggest.ts";

export interface AdmitInput {
  readonly observed: readonly Observed[];
  readonly known: readonly NamedEnd[];
  /** The cluster's policies: without them nobody knows whether a deny rule stands against it. */
  readonly present: PolicySet;
  /** The other ends as answers name them; null for all. */
  readonly peers: readonly string[] | null;
  readonly settings: Pick<Settings, "cluster" | "localClusterOnly">;
  readonly taken: ReadonlySet<string>;
}

export interface Admit {
  /** Null: nothing of it may be admitted. */
  readonly written: {
    readonly policy: PolicyObject & { readonly spec: Readonly<Record<string, unknown>> };
    readonly items: readonly WrittenItem[];
    readonly notes: readonly SuggestNote[];
  } | null;
  readonly admitted: readonly Observed[];
  /** Asked for, and no rule is written. */
  readonly kept: readonly Kept[];
  /** Denied too, with peers that nobody asked for. */
  readonly unasked: readonly Observed[];
}

export function admit(input: AdmitInput): Admit {
  const denied = input.observed.filter(({ seen, from, to }) => seen === "dropped" && (from.target || to.target));
  const asked = denied.filter((row) => isAsked(row, input.peers));
  const unasked = denied.filter((row) => !isAsked(row, input.peers));
  const judged = asked.map((row) => judge(input.present, row));
  const kept = judged.flatMap((one) => ("because" in one ? [one] : []));
  const missing = judged.flatMap((one) => ("because" in one ? [] : one.missing));
  const none = (more: readonly Kept[]): Admit => ({ written: null, admitted: [], kept: [...kept, ...more], unasked });
  const worst = mostDenied(missing);
  if (worst === undefined) return none([]);
  const ends = endsOf(input.observed, input.known);
  const [own, elsewhere] = parted(missing, (one) => workloadOf(one) === worst);
  const chosen = subjectOf(own, ends);
  if (chosen.others.length > 0 || Object.keys(chosen.labels).length === 0) {
    const others = namesOf(chosen.others, ends);
    return none(missing.map(({ row, direction }) => keep(row, "others", { side: direction, others })));
  }
  const peers = exactPeers(own, { ends, ...input.settings });
  const { openings, notes } = peers;
  const more = [...peers.kept, ...elsewhere.map(({ row, direction }) => keep(row, "workload", { side: direction }))];
  const refused = new Set(more.map(({ row }) => row));
  const admitted = [...new Set(own.map(({ row }) => row))].filter((row) => !refused.has(row));
  if (openings.length === 0 || admitted.length === 0) return none(distinct(more));
  const namespace = namespaceOf(own[0] === undefined ? [] : subject(own[0].row, own[0].direction).labels) ?? "";
  const { items, notes: written } = itemsOf({ openings, namespace, l7: true, exact: true });
  const of = (direction: Direction) => items.filter((one) => one.direction === direction).map(({ item }) => item);
  const [ingress, egress] = [of("ingress"), of("egress")];
  const stem = worst
    .slice(worst.indexOf("/") + 1)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return {
    written: {
      policy: {
        kind: "CiliumNetworkPolicy",
        namespace,
        name: untaken(`${stem.slice(0, 200)}-admit-denied`.replace(/^-/, ""), input.taken),
        spec: {
          endpointSelector: { matchLabels: chosen.labels },
          // It only adds: where no other policy isolates them, this one does not either.
          enableDefaultDeny: {
            ...(ingress.length > 0 && { ingress: false }),
            ...(egress.length > 0 && { egress: false }),
          },
          ...(ingress.length > 0 && { ingress }),
          ...(egress.length > 0 && { egress }),
        },
        specs: undefined,
      },
      items,
      notes: [...notes, ...written],
    },
    admitted,
    kept: [...kept, ...distinct(more)],
    unasked,
  };
}

/** By the name that answers give it, by its address, by a name that the address has, or as the world. */
function isAsked({ from, to }: Observed, peers: readonly string[] | null): boolean {
  if (peers === null) return true;
  const isOne = (end: NamedEnd) => peers.some((peer) => isCalled(end, peer.toLowerCase()));
  return (to.target && isOne(from)) || (from.target && isOne(to));
}

function isCalled({ name, ip, names = [], labels }: NamedEnd, peer: string): boolean {
  if (peer === "world") return labels.some((label) => label.startsWith("reserved:world"));
  return [name, ip ?? "", ...names].some((one) => one.toLowerCase() === peer);
}

function workloadOf({ row, direction }: Missing): string {
  return subject(row, direction).name;
}

/** A policy is for one workload: for several at once, the peers of each would be let in at all. */
function mostDenied(missing: readonly Missing[]): string | undefined {
  const packets = new Map<string, number>();
  for (const one of missing) packets.set(workloadOf(one), (packets.get(workloadOf(one)) ?? 0) + one.row.count);
  return [...packets].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))[0]?.[0];
}

function subjectOf(own: readonly Missing[], ends: readonly NamedEnd[]) {
  const group = [...new Set(own.map(({ row, direction }) => subject(row, direction)))];
  const [first] = group;
  if (first === undefined) return { labels: {}, others: [] };
  const namespace = namespaceOf(first.labels);
  const labels = new Set(group.map((end) => end.labels.join()));
  const others = ends.filter(
    (end) => namespaceOf(end.labels) === namespace && end.name !== first.name && !labels.has(end.labels.join()),
  );
  return exactly(group, others);
}

function parted<One>(all: readonly One[], fits: (one: One) => boolean): readonly [One[], One[]] {
  return [all.filter(fits), all.filter((one) => !fits(one))];
}

/** Both sides of one flow may be the target's: said once. */
function distinct(kept: readonly Kept[]): Kept[] {
  return [...new Map(kept.map((one) => [one.row, one])).values()];
}
