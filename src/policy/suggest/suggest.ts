/** A CiliumNetworkPolicy that lets through what was seen, and no more. */
import { namespaceOf } from "../labels.ts";
import { type Direction, directions, type PolicyObject } from "../policy.ts";
import { isHalf, type NamedEnd, type Observed } from "../replay/observed.ts";
import type { Settings } from "../settings.ts";
import { itemsOf, type WrittenItem } from "./items.ts";
import { tellApart } from "./labels.ts";
import type { SuggestNote } from "./note.ts";
import { openingsOf } from "./openings.ts";
import { namesOf } from "./selectors.ts";

export interface SuggestInput {
  readonly observed: readonly Observed[];
  /** Every endpoint that is known, seen or not: those that are the target too. */
  readonly known: readonly NamedEnd[];
  /** The target is a whole namespace. */
  readonly whole: boolean;
  /** Take what passed only because policies are audited. */
  readonly audit: boolean;
  readonly l7: boolean;
  readonly settings: Pick<Settings, "cluster" | "localClusterOnly" | "allowLocalhost">;
  /** Of policies in the target's namespace. */
  readonly taken: ReadonlySet<string>;
}

export type Suggestion =
  | {
      readonly status: "suggested";
      readonly policy: PolicyObject & { readonly spec: Readonly<Record<string, unknown>> };
      readonly items: readonly WrittenItem[];
      readonly notes: readonly SuggestNote[];
    }
  /** `nothing`: no flow that counts. `no-pods`: no pod of the target is known. `namespaces`: it lives in several, and a policy in one. */
  | { readonly status: "nothing" | "no-pods" | "namespaces" };

export function suggest(input: SuggestInput): Suggestion {
  const { observed, known, whole, audit, l7, settings } = input;
  const ends = endsOf(observed, known);
  const targets = ends.filter(({ target }) => target);
  const namespaces = new Set(targets.map(({ labels }) => namespaceOf(labels)));
  namespaces.delete(undefined);
  const [namespace] = namespaces;
  if (namespace === undefined) return { status: "no-pods" };
  if (namespaces.size > 1) return { status: "namespaces" };
  const evidence = observed.filter((one) => counts(one, audit));
  const { openings, notes } = openingsOf({
    evidence,
    known: ends,
    cluster: settings.cluster,
    localClusterOnly: settings.localClusterOnly,
    hostPasses: settings.allowLocalhost === "always",
  });
  if (openings.length === 0) return { status: "nothing" };
  const subject = whole ? { labels: {}, others: [] } : subjectOf(targets, ends, namespace);
  const written = itemsOf({ openings, namespace, l7 });
  const halves = evidence.reduce((sum, one) => sum + (isHalf(one) ? one.count : 0), 0);
  const silent = directions.filter((direction) => !written.items.some((one) => one.direction === direction));
  return {
    status: "suggested",
    policy: {
      kind: "CiliumNetworkPolicy",
      namespace,
      name: freeName(targets, namespace, whole, input.taken),
      spec: {
        endpointSelector: Object.keys(subject.labels).length === 0 ? {} : { matchLabels: subject.labels },
        ...section("ingress", written.items),
        ...section("egress", written.items),
      },
      specs: undefined,
    },
    items: written.items,
    notes: [
      ...(subject.others.length > 0 ? [{ kind: "target-others", others: subject.others } as const] : []),
      ...notes,
      ...written.notes,
      ...(halves > 0 ? [{ kind: "half", flows: halves } as const] : []),
      ...silent.map((direction) => ({ kind: "silent", direction }) as const),
    ],
  };
}

/** What was dropped is no reason to open anything, but for the target's own egress, that let it leave: the receiver refused it. */
export function counts(one: Observed, audit: boolean): boolean {
  return one.seen === "passed" || (audit && one.seen === "audited") || (isHalf(one) && one.from.target);
}

/** Each set of labels once. */
export function endsOf(observed: readonly Observed[], known: readonly NamedEnd[]): NamedEnd[] {
  const ends = new Map<string, NamedEnd>();
  for (const end of [...observed.flatMap(({ from, to }) => [from, to]), ...known]) {
    const key = `${end.target} ${end.labels.join()}`;
    if (!ends.has(key)) ends.set(key, end);
  }
  return [...ends.values()];
}

function subjectOf(targets: readonly NamedEnd[], ends: readonly NamedEnd[], namespace: string) {
  const own = new Set(targets.map(({ labels }) => labels.join()));
  const pods = targets.filter(({ labels }) => namespaceOf(labels) === namespace);
  const others = ends.filter(({ labels }) => namespaceOf(labels) === namespace && !own.has(labels.join()));
  const chosen = tellApart(pods, others);
  return { labels: chosen.labels, others: namesOf(chosen.others, ends) };
}

function section(direction: Direction, items: readonly WrittenItem[]) {
  const own = items.filter((one) => one.direction === direction).map(({ item }) => item);
  return own.length === 0 ? {} : { [direction]: own };
}

function freeName(targets: readonly NamedEnd[], namespace: string, whole: boolean, taken: ReadonlySet<string>): string {
  const names = [...new Set(targets.map(({ name }) => name.slice(name.indexOf("/") + 1)))].sort();
  const stem = (whole ? namespace : (names[0] ?? "")).toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const base = `${stem.replace(/^-+|-+$/g, "").slice(0, 200)}-seen-traffic`.replace(/^-/, "");
  return untaken(base, taken);
}

export function untaken(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let at = 2; taken.has(name); at++) name = `${base}-${at}`;
  return name;
}
