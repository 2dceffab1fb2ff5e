/** Who may ask what, where: a channel's bindings against a request. Pure; whatever no binding allows is refused. */
import { clusterRefused, commandRefused, namespaceRefused, placeRefused } from "./refusals.ts";

/** One entry of `channels` in the configuration. `*` in a list allows all. */
export interface Binding {
  /** `slack:C0123`, `slack:T0123/C0123`, `slack:dm` (conversations with the bot alone), `slack:*` (everywhere else). */
  readonly match: string;
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  readonly commands: readonly string[];
}

/** The namespaces that may be seen, by cluster; a cluster that is not in it may be seen whole. */
export type Visible = Readonly<Record<string, readonly string[]>>;

/** Where something is asked. */
export interface Where {
  /** `slack:<team>/<channel>`: platform, team where the platform has teams, and the platform's own id. */
  readonly conversation: string;
  /** A conversation between one person and the bot alone. */
  readonly direct: boolean;
}

export interface Request {
  readonly command: string;
  /** Clusters to ask, at least one. */
  readonly clusters: readonly string[];
  /** Namespaces that the command names; none when it names no namespace. */
  readonly named: readonly string[];
  /** Whom to ask for more: `#platform-team`, or a sentence. */
  readonly contact: string;
}

export type Permit =
  | { readonly ok: true; readonly visible: Visible }
  | { readonly ok: false; readonly reason: "command" | "cluster" | "namespace"; readonly say: string };

/** Whoever can run the program in a terminal can read its credentials: there is nothing to guard. */
const operator: Binding = { match: "terminal:*", clusters: ["*"], namespaces: ["*"], commands: ["*"] };

/** What is allowed in a place: the sum of these. An exact id names any conversation, `*` every one that is not direct, `dm` the direct ones. */
export function bindingsFor(bindings: readonly Binding[], where: Where): Binding[] {
  const { platform, place, channel } = partsOf(where.conversation);
  if (platform === "terminal") return [operator];
  const spellings = [channel, place, where.direct ? "dm" : "*"].map((end) => `${platform}:${end}`);
  return bindings.filter((binding) => spellings.includes(binding.match));
}

/** The clusters that may be asked about with one command or another, in the order of `known`. */
export function clustersOf(bindings: readonly Binding[], known: readonly string[]): string[] {
  return known.filter((cluster) => bindings.some((binding) => allows(binding.clusters, cluster)));
}

/** May this be asked, and of what may it tell? Each cluster needs a binding that allows the command there; only such a binding shows its namespaces. */
export function permit(bindings: readonly Binding[], { command, clusters, named, contact }: Request): Permit {
  const allowing = bindings.filter((binding) => allows(binding.commands, command));
  const seen = clusters.map((cluster) => ({ cluster, namespaces: namespacesOf(allowing, cluster) }));
  const visible = Object.fromEntries(
    seen.filter(({ namespaces }) => !namespaces.includes("*")).map(({ cluster, namespaces }) => [cluster, namespaces]),
  );
  if (command === "help" && bindings.length > 0) return { ok: true, visible };

  if (allowing.length === 0) {
    const say = commandRefused(command, union(bindings.map((binding) => binding.commands)), contact);
    return { ok: false, reason: "command", say };
  }
  const closed = seen.filter(({ namespaces }) => namespaces.length === 0).map(({ cluster }) => cluster);
  if (closed.length > 0 || seen.length === 0) {
    const say = clusterRefused(command, closed, union(allowing.map((binding) => binding.clusters)), contact);
    return { ok: false, reason: "cluster", say };
  }
  if (named.length > 0 && !named.some((name) => seen.some(({ namespaces }) => allows(namespaces, name)))) {
    const say = namespaceRefused(named, clusters, union(Object.values(visible)), contact);
    return { ok: false, reason: "namespace", say };
  }
  return { ok: true, visible };
}

/** For a place that no entry of `channels` names: the entry that would, for whoever keeps the configuration. */
export function noBinding(contact: string, conversation: string, direct = false): string {
  const { platform, channel } = partsOf(conversation);
  return placeRefused(`${platform}:${direct ? "dm" : channel}`, contact);
}

function namespacesOf(allowing: readonly Binding[], cluster: string): string[] {
  return union(allowing.filter((binding) => allows(binding.clusters, cluster)).map((binding) => binding.namespaces));
}

/** Ids may hold colons and slashes of their own (Teams: `19:…@thread.tacv2`): only the first of each divides. */
function partsOf(conversation: string): { platform: string; place: string; channel: string } {
  const colon = conversation.indexOf(":");
  const place = conversation.slice(colon + 1);
  return { platform: conversation.slice(0, colon), place, channel: place.slice(place.indexOf("/") + 1) };
}

function allows(allowed: readonly string[], name: string): boolean {
  return allowed.includes("*") || allowed.includes(name);
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}
