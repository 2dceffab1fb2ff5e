/**
 * Which names a resolver made up. In a pod `ndots:5` makes it try `api.example.com.default.svc.cluster.local`, `….svc.cluster.local` and `….cluster.local`
 * before `api.example.com` itself, so that most names that do not exist were never meant.
 */

/** Everything that one client asked for, by name without the dot at the end. */
export interface AskedName {
  readonly name: string;
  /** Some server said that there is such a name, with or without an address. */
  readonly exists: boolean;
  /** Some server said that there is none. */
  readonly missing: boolean;
}

export interface SearchPath {
  /** Name that does not exist → the name that was found in its place. */
  readonly noise: ReadonlyMap<string, string>;
  /** Name that does not exist → what was typed, where several such names come from one. */
  readonly typed: ReadonlyMap<string, string>;
}

/** `namespace` "" where the client is no pod. */
export function readSearchPath(asked: readonly AskedName[], namespace: string): SearchPath {
  const found = new Set(asked.filter(({ exists }) => exists).map(({ name }) => name));
  const lost = asked.filter(({ exists, missing }) => missing && !exists).map(({ name }) => name);
  const domains = clusterDomains(asked.map(({ name }) => name));
  const noise = new Map<string, string>();
  const real: { readonly name: string; readonly origins: readonly string[] }[] = [];
  for (const name of lost) {
    const origins = originsOf(name, namespace, domains);
    const meant = foundFor(name, origins, { found, namespace, domains });
    if (meant === undefined) real.push({ name, origins: origins.map(({ typed }) => typed) });
    else noise.set(name, meant);
  }
  return { noise, typed: sharedOrigins(real) };
}

interface Origin {
  readonly typed: string;
  readonly domain: string;
}

/** What may have been typed: the name without each suffix that Kubernetes puts into a pod's search path. */
function originsOf(name: string, namespace: string, domains: readonly string[]): Origin[] {
  return domains.flatMap((domain) =>
    suffixes(namespace, domain).flatMap((suffix) =>
      name.endsWith(`.${suffix}`) ? [{ typed: name.slice(0, -suffix.length - 1), domain }] : [],
    ),
  );
}

function foundFor(
  name: string,
  origins: readonly Origin[],
  { found, namespace, domains }: { found: ReadonlySet<string>; namespace: string; domains: readonly string[] },
): string | undefined {
  for (const { typed, domain } of origins) {
    const forms = [...suffixes(namespace, domain).map((suffix) => `${typed}.${suffix}`), typed];
    const form = forms.find((one) => found.has(one));
    if (form !== undefined) return form;
  }
  // A node's own search domain stands last: what is in front of it may be any name with a dot that was found.
  if (domains.some((domain) => name.endsWith(`.${domain}`))) return undefined;
  for (let dot = name.indexOf(".", name.indexOf(".") + 1), steps = 0; dot > 0 && steps < mostLabels; steps++) {
    if (found.has(name.slice(0, dot))) return name.slice(0, dot);
    dot = name.indexOf(".", dot + 1);
  }
  return undefined;
}

/** Names that can come from one typed name, two at least, are put to the one that explains most of them. */
function sharedOrigins(
  real: readonly { readonly name: string; readonly origins: readonly string[] }[],
): Map<string, string> {
  const explains = new Map<string, number>();
  for (const { name, origins } of real)
    for (const typed of [...origins, name]) explains.set(typed, (explains.get(typed) ?? 0) + 1);
  const typed = new Map<string, string>();
  for (const { name, origins } of real) {
    const best = [name, ...origins].reduce((one, other) =>
      (explains.get(other) ?? 0) > (explains.get(one) ?? 0) ? other : one,
    );
    if ((explains.get(best) ?? 0) > 1) typed.set(name, best);
  }
  return typed;
}

function suffixes(namespace: string, domain: string): string[] {
  return [...(namespace === "" ? [] : [`${namespace}.svc.${domain}`]), `svc.${domain}`, domain];
}

/** What stands behind `.svc.` in names is the cluster's domain. */
function clusterDomains(names: readonly string[]): string[] {
  const domains = new Set(["cluster.local"]);
  for (const name of names) {
    const at = name.lastIndexOf(".svc.");
    const domain = at < 0 ? "" : name.slice(at + ".svc.".length);
    if (domain !== "" && domains.size < mostDomains) domains.add(domain);
  }
  return [...domains];
}

const mostDomains = 4;
const mostLabels = 30;
