/**
 * What became of both ends of dropped pairs, from the index alone. A name may stand for many pods, and which of them it was is not known: an end is young, or gone, only where that holds for
 * every pod that it had, so that one restarted pod of fifty explains nothing.
 */
import type { EndsFinding, EndsPair, PairEnds } from "../../question.ts";
import { type ClusterIndex, ownerOf } from "../cluster-index.ts";
import { identityOf } from "../lookup.ts";
import type { WatchedSince } from "./watched-since.ts";

/** Creation is told to the second; what the API hears of a deletion comes after the datapath's own. */
const [roundedMs, deletionLagMs] = [1_000, 5_000] as const;
/** "The same second": of a pair's first drop. */
const sameSecondMs = 1_000;

interface KnownPod {
  /** `namespace/pod`. */
  readonly key: string;
  readonly createdAt: number;
  /** Epoch milliseconds; infinite while it runs. */
  readonly goneAt: number;
  readonly identity: number;
}

export function endsOf(
  index: ClusterIndex,
  pairs: readonly EndsPair[],
  watching: WatchedSince,
): Pick<EndsFinding, "ends" | "identityChanges" | "because"> {
  const pods = podsByName(index, new Set(pairs.flatMap(({ source, destination }) => [source, destination])));
  const known = pairs.map(({ source, destination, ...times }) => {
    const sides = [source, destination].map((name) => candidates(pods.get(name) ?? [], times));
    return { ...times, sides };
  });
  const isAnyKnown = known.some(({ sides }) => sides.some((side) => side.length > 0));
  const first = pairs.reduce((earliest, pair) => Math.min(earliest, pair.first), Number.POSITIVE_INFINITY);
  const changed = new Set(known.flatMap(({ first, sides }) => changesNear(index, sides.flat(), first)));
  const isWatched = watching.since !== null && watching.since <= first - sameSecondMs;
  const late = watching.since === null ? watching.because : "the first drop was before the watch began";
  return {
    ends: isAnyKnown ? known.map(({ sides, ...times }) => pairEnds(sides, times)) : null,
    identityChanges: isAnyKnown && (isWatched || changed.size > 0) ? changed.size : null,
    because: {
      ends: isAnyKnown ? "" : nobodyKnown,
      identityChanges: isAnyKnown ? (isWatched || changed.size > 0 ? "" : late) : nobodyKnown,
    },
  };
}

const nobodyKnown = "no end is a pod that Kubernetes knows";

type Times = Pick<EndsPair, "first" | "last">;

/** Pods that run, and those deleted in the last hour, by the name that answers give them: their workload's, or their own. */
function podsByName(index: ClusterIndex, names: ReadonlySet<string>): ReadonlyMap<string, readonly KnownPod[]> {
  const found = new Map<string, KnownPod[]>();
  const add = (workload: string, pod: KnownPod, namespace: string) => {
    for (const name of new Set([`${namespace}/${workload}`, pod.key])) {
      if (names.has(name)) found.set(name, [...(found.get(name) ?? []), pod]);
    }
  };
  for (const pod of index.pods.values()) {
    const { namespace, name, createdAt } = pod;
    const known = { key: `${namespace}/${name}`, createdAt, goneAt: Number.POSITIVE_INFINITY };
    add(ownerOf(index, pod).name, { ...known, identity: identityOf(index, pod) }, namespace);
  }
  for (const { pod, workload, identity, goneAt } of index.gonePods.values()) {
    const { namespace, name, createdAt } = pod;
    add(workload.name, { key: `${namespace}/${name}`, createdAt, goneAt, identity }, namespace);
  }
  return found;
}

/** Those that can have been it: there by the last drop, and not gone before the first. */
function candidates(pods: readonly KnownPod[], { first, last }: Times): KnownPod[] {
  return pods.filter(({ createdAt, goneAt }) => createdAt <= last && goneAt + deletionLagMs >= first);
}

function pairEnds(sides: readonly (readonly KnownPod[])[], { first, last }: Times): PairEnds {
  const some = sides.filter((side) => side.length > 0);
  const isGone = (pod: KnownPod) => pod.goneAt <= last + deletionLagMs;
  const ages = some.flatMap((side) => {
    const stays = side.filter((pod) => !isGone(pod));
    const oldest = stays.reduce((left, { createdAt }) => Math.min(left, createdAt), Number.POSITIVE_INFINITY);
    // Without a date it may be as old as it likes.
    return stays.length === 0 || oldest === 0 ? [] : [Math.max(0, first - oldest)];
  });
  return {
    ageMs: ages.length === 0 ? null : ages.reduce((left, right) => Math.min(left, right)),
    gone: some.some((side) => side.every(isGone)),
  };
}

/** Identities that these pods got, or that came into being for them, in the second of the first drop. */
function changesNear(index: ClusterIndex, pods: readonly KnownPod[], first: number): number[] {
  const keys = new Set(pods.map(({ key }) => key));
  const moved = index.movedIdentities
    .values()
    .filter(({ endpoint, at }) => keys.has(endpoint) && Math.abs(at - first) <= sameSecondMs);
  const isNew = (identity: number) => {
    const createdAt = index.identities.get(String(identity))?.createdAt ?? 0;
    return createdAt > 0 && createdAt <= first + sameSecondMs && createdAt + roundedMs >= first - sameSecondMs;
  };
  return [...moved.map(({ to }) => to), ...pods.map(({ identity }) => identity).filter(isNew)];
}
