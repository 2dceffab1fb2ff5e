/**
 * What the configuration allows to be shown and what it hides besides. A pattern is `kind:glob`, without regard to case: `header:x-tenant`, `query:page`,
 * `path:/orders/*`, `name:*.elb.amazonaws.com`; `*` stands for any characters but `/`. Where both lists name something, it is hidden.
 */
import { fitsGlob } from "../glob.ts";
import { quoted } from "../quoted.ts";

export interface RedactionLists {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** What the lists say about one thing; undefined: nothing, the built-in rules decide. */
export type Ruling = "allow" | "deny" | undefined;

export interface Rulings {
  /** By name. `exactly` is false where only a pattern with a `*` allows it. */
  header(name: string): { readonly ruling: Ruling; readonly exactly: boolean };
  query(name: string): { readonly ruling: Ruling; readonly exactly: boolean };
  /** For each segment; a pattern speaks about the segments it has a `*` for, of paths that begin as it does. */
  path(segments: readonly string[]): readonly Ruling[];
  /** For each label; a pattern speaks about the labels it has a `*` for, a first label `*` for all that stand there. */
  name(labels: readonly string[]): readonly Ruling[];
  /** True when some query parameter may be shown. */
  readonly showsQueries: boolean;
}

/** What is wrong with a pattern, as a sentence that says what to write instead; undefined when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const { kind, glob } = split(pattern);
  const wanted = "write header:NAME, query:NAME, path:/A/* or name:*.EXAMPLE.COM";
  if (!kinds.has(kind)) return `${quoted(pattern)} has no kind: ${wanted}`;
  if (glob === "" || glob.length > 200 || /[\s?#]/.test(glob)) return `${quoted(pattern)} is no pattern: ${wanted}`;
  if (kind === "path" && !/^\/.*\*/.test(glob))
    return `${quoted(pattern)} must begin with / and have a * for what it is about`;
  if (kind === "name" && !glob.includes("*")) return `${quoted(pattern)} must have a * for the labels it is about`;
  return undefined;
}

/** Throws a RangeError with the sentence of `patternProblem`. */
export function readRulings({ allow = [], deny = [] }: RedactionLists): Rulings {
  const problem = [...allow, ...deny].map(patternProblem).find((found) => found !== undefined);
  if (problem !== undefined) throw new RangeError(problem);
  const of = (kind: string) => ({ allow: globsOf(allow, kind), deny: globsOf(deny, kind) });
  const [headers, queries, paths, names] = [of("header"), of("query"), of("path"), of("name")];
  return {
    header: (name) => byName(headers, name),
    query: (name) => byName(queries, name),
    path: (segments) => byPart(paths, segments, pathParts),
    name: (labels) => byPart(names, labels, nameParts),
    showsQueries: queries.allow.length > 0,
  };
}

interface Globs {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

const kinds: ReadonlySet<string> = new Set(["header", "query", "path", "name"]);

function split(pattern: string): { readonly kind: string; readonly glob: string } {
  const colon = pattern.indexOf(":");
  return { kind: pattern.slice(0, Math.max(colon, 0)).toLowerCase(), glob: pattern.slice(colon + 1).toLowerCase() };
}

function globsOf(patterns: readonly string[], wanted: string): readonly string[] {
  return patterns.map(split).flatMap(({ kind, glob }) => (kind === wanted ? [glob] : []));
}

function byName({ allow, deny }: Globs, name: string): { readonly ruling: Ruling; readonly exactly: boolean } {
  if (allow.length + deny.length === 0) return unruled;
  const lower = name.toLowerCase();
  if (deny.some((glob) => fitsGlob(glob, lower))) return { ruling: "deny", exactly: false };
  if (allow.includes(lower)) return { ruling: "allow", exactly: true };
  return allow.some((glob) => fitsGlob(glob, lower)) ? { ruling: "allow", exactly: false } : unruled;
}

const unruled = { ruling: undefined, exactly: false } as const;

type Aligned = (glob: string, parts: readonly string[]) => readonly (string | undefined)[] | undefined;

function byPart({ allow, deny }: Globs, parts: readonly string[], align: Aligned): readonly Ruling[] {
  const rulings: Ruling[] = [];
  if (allow.length + deny.length === 0) return rulings;
  const lower = parts.map((part) => part.toLowerCase());
  for (const [globs, ruling] of [
    [allow, "allow"],
    [deny, "deny"],
  ] as const)
    for (const glob of globs)
      align(glob, lower)?.forEach((pattern, at) => {
        if (pattern?.includes("*")) rulings[at] = ruling;
      });
  return rulings;
}

/** The pattern of each segment, from the first; undefined when the path begins otherwise. */
function pathParts(glob: string, segments: readonly string[]): readonly string[] | undefined {
  const patterns = glob.split("/");
  const fits =
    patterns.length <= segments.length && patterns.every((pattern, at) => fitsGlob(pattern, segments[at] ?? ""));
  return fits ? patterns : undefined;
}

/** The pattern of each label, from the last; a leading `*` is repeated. */
function nameParts(glob: string, labels: readonly string[]): readonly string[] | undefined {
  const given = glob.split(".");
  const root = labels.at(-1) === "" && given.at(-1) !== "" ? [""] : [];
  const missing = labels.length - given.length - root.length;
  if (missing < 0 || (missing > 0 && given[0] !== "*")) return undefined;
  const patterns = [...Array.from({ length: missing }, () => "*"), ...given, ...root];
  return patterns.every((pattern, at) => fitsGlob(pattern, labels[at] ?? "")) ? patterns : undefined;
}
