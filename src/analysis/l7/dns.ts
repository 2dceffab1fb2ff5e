/** DNS questions as data: the finding of the `dns` reducer. */
import { sortedCounts } from "../summary-names.ts";
import type { LatencySummary } from "./latency.ts";

/**
 * Answers by what they say, most first: names of response codes, or their numbers where unknown; `EMPTY` is a NOERROR without an address for a question
 * about one: the name exists, but has no address of that kind.
 */
export type Answers = Readonly<Record<string, number>>;

export interface DnsCounts {
  readonly queries: number;
  readonly answers: Answers;
  /** Of these, NXDOMAIN. */
  readonly missing: number;
  /** Refused by an L7 policy. */
  readonly refused: number;
  /** No answer was seen, two seconds before the window's end or earlier. */
  readonly unanswered: number;
  /** From the question to its answer, as the proxy saw them; null when no answer could be put to its question. */
  readonly latency: LatencySummary | null;
}

export interface DnsRow extends DnsCounts {
  readonly client: string;
  /** As asked, without the dot at the end; what was typed, when `tried` is more than one. */
  readonly name: string;
  /** By record type, most queries first, at most ten. */
  readonly types: readonly { readonly type: string; readonly queries: number; readonly answers: Answers }[];
  /** How many names the resolver made of this one by its search path, none of which exists; 1: it is as asked. */
  readonly tried: number;
  /** The newest answer with addresses, RFC 3339, and for how many seconds it holds; null: none. Left out by programs that do not know of it yet. */
  readonly found?: { readonly at: string; readonly ttl: number } | null;
  /** RFC 3339, milliseconds. */
  readonly last: string;
}

/** Names that exist only because a resolver tries its search path first; the name that was meant was found. */
export interface SearchNoise {
  readonly queries: number;
  /** Most queries first. */
  readonly names: readonly {
    readonly client: string;
    /** What was found in the end. */
    readonly name: string;
    readonly queries: number;
    /** One of the names that were tried for it. */
    readonly example: string;
  }[];
}

export interface DnsSummary extends DnsCounts {
  /** Failing first, then names that do not exist, then slow; without search-path noise. */
  readonly rows: readonly DnsRow[];
  readonly folded: { readonly rows: number; readonly queries: number };
  readonly search: SearchNoise;
  /** DNS servers, failing and slow first. */
  readonly servers: readonly (DnsCounts & { readonly server: string })[];
  /** Answers in equal parts of the window; all zeros are left out. */
  readonly timeline: Readonly<Partial<Record<DnsPart, readonly number[]>>>;
}

/** `search`: what does not exist because of a search path alone. `failed`: a server or a policy said no, or nothing came. */
export const dnsParts = ["found", "missing", "search", "failed"] as const;
export type DnsPart = (typeof dnsParts)[number];

const names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET"];

/** IANA's names; what has none here stays a number. */
export function rcodeName(rcode: number): string {
  return names[rcode] ?? String(rcode);
}

/** What is no answer to the question: neither found, nor empty, nor that there is no such name. */
export function failedAnswers(answers: Answers): number {
  return Object.entries(answers).reduce((sum, [name, count]) => sum + (fine.has(name) ? 0 : count), 0);
}

export function addAnswers(all: readonly Answers[]): Answers {
  const sums = new Map<string, number>();
  for (const [name, count] of all.flatMap((answers) => Object.entries(answers)))
    sums.set(name, (sums.get(name) ?? 0) + count);
  return sortedCounts(sums);
}

/** A refusal by policy is answered with REFUSED: it is one failure, not two. */
export function failedQueries({ answers, refused, unanswered }: DnsCounts): number {
  return Math.max(failedAnswers(answers), refused) + unanswered;
}

/** Failing, then not existing, then slow, then many. */
export function worstDnsFirst(one: DnsCounts, other: DnsCounts): number {
  return (
    failedQueries(other) - failedQueries(one) ||
    other.missing - one.missing ||
    (other.latency?.p95 ?? 0) - (one.latency?.p95 ?? 0) ||
    other.queries - one.queries
  );
}

const fine: ReadonlySet<string> = new Set(["NOERROR", "EMPTY", "NXDOMAIN"]);
