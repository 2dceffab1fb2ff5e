/** DNS flows → the names that are asked for most, in fixed memory, without those that only a resolver's search path made up. */
import { createEndpointNames } from "../endpoint-name.ts";
import { EventType, type Flow } from "../flow.ts";
import { readSearchPath } from "../l7/search-path.ts";
import { remembering } from "../redact/memo.ts";
import { defaultRedaction } from "../redact.ts";
import type { Reducer } from "../reduce.ts";
import { type Counted, createSpaceSaving } from "../sketch/space-saving.ts";
import { maxListed } from "../summary-names.ts";
import { type AnswerCounts, addedUp, countDns, noAnswers } from "./answers.ts";
import { type FlowRanking, type TopOptions, usualCapacity } from "./ranking.ts";

interface Name {
  readonly name: string;
  /** Of those who asked, the first few; "" for what is no pod. */
  readonly namespaces: string[];
  readonly answers: AnswerCounts;
}

/** More than these ask for a name that everybody asks for. */
const mostNamespaces = 8;
const maxName = 255;

export function createTopDnsReducer(options: TopOptions): Reducer<FlowRanking> {
  const { window, workloadOf, redaction = defaultRedaction, capacity = usualCapacity } = options;
  const names = createEndpointNames(workloadOf, redaction);
  const counted = createSpaceSaving<Name>(capacity);
  const nameOf = remembering((query) => {
    const name = redaction.name(query).toLowerCase().slice(0, maxName);
    return name.endsWith(".") && name.length > 1 ? name.slice(0, -1) : name;
  });
  let current = "";

  const make = (): Name => ({ name: current, namespaces: [], answers: noAnswers() });

  function addQuery(flow: Flow): void {
    const { namespaces } = counted.add(current, 1, make);
    if (namespaces.length >= mostNamespaces) return;
    const namespace = namespaceOfClient(names.source(flow));
    if (!namespaces.includes(namespace)) namespaces.push(namespace);
  }

  return {
    add(flow) {
      const { l7, time } = flow;
      if (l7?.protocol !== "dns" || flow.eventType !== EventType.l7) return;
      if (!(time >= window.from && time < window.to)) return;
      current = nameOf(l7.query);
      if (l7.kind === "request") addQuery(flow);
      // One without a row gets none: it is no query.
      else if (l7.kind === "response" && counted.has(current))
        countDns(counted.add(current, 0, make).answers, l7.rcode);
    },
    finish() {
      const { entries, floor, total } = counted.summary();
      const { noise, typed } = searchPathsOf(entries);
      const rest = entries.filter(({ key }) => !noise.has(key));
      const rows = floor === 0 ? putTogether(rest, typed) : rest;
      const shown = rows.slice(0, Math.min(options.top, maxListed));
      return {
        of: "dns",
        rows: shown.map(({ count, error, value: { name, answers } }) => ({ labels: { name }, count, error, answers })),
        total,
        others: floor === 0 ? rows.length - shown.length : null,
        bound: floor,
        capacity,
        noise: 0,
        search: searchOf(entries, noise),
      };
    },
  };
}

/** `namespace/workload`: pods search in their own namespace first. */
function namespaceOfClient(client: string): string {
  const slash = client.indexOf("/");
  return slash > 0 && !client.startsWith("svc/") ? client.slice(0, slash) : "";
}

interface SearchPaths {
  /** Name that nobody meant → the name that was found in its place. */
  readonly noise: ReadonlyMap<string, string>;
  readonly typed: ReadonlyMap<string, string>;
}

/** As `dns` reads them of each client, here of all clients of a namespace: a name is noise when it is for all that asked for it. */
function searchPathsOf(entries: readonly Counted<Name>[]): SearchPaths {
  const byNamespace = new Map<string, Counted<Name>[]>();
  for (const entry of entries)
    for (const namespace of entry.value.namespaces) {
      const own = byNamespace.get(namespace);
      if (own === undefined) byNamespace.set(namespace, [entry]);
      else own.push(entry);
    }
  const noise = new Map<string, string>();
  const typed = new Map<string, string>();
  const meant = new Set<string>();
  for (const [namespace, own] of byNamespace) {
    const asked = own.map(({ key, value: { answers } }) => ({
      name: key,
      exists: answers.all > answers.missing,
      missing: answers.missing > 0,
    }));
    const found = readSearchPath(asked, namespace);
    for (const { name } of asked) {
      const inPlace = found.noise.get(name);
      if (inPlace === undefined) meant.add(name);
      else noise.set(name, inPlace);
    }
    for (const [name, origin] of found.typed) typed.set(name, origin);
  }
  for (const name of meant) noise.delete(name);
  return { noise, typed };
}

/** Names that a resolver made of one that does not exist are that one; only while everything is exact, as in pairs.ts. */
function putTogether(rows: readonly Counted<Name>[], typed: ReadonlyMap<string, string>): Counted<Name>[] {
  const merged = new Map<string, Counted<Name>>();
  for (const { key, count, value } of rows) {
    const name = typed.get(key) ?? key;
    const twin = merged.get(name);
    const answers = twin === undefined ? value.answers : addedUp(twin.value.answers, value.answers);
    merged.set(name, { key: name, count: count + (twin?.count ?? 0), error: 0, value: { ...value, name, answers } });
  }
  return [...merged.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

function searchOf(entries: readonly Counted<Name>[], noise: ReadonlyMap<string, string>): FlowRanking["search"] {
  const noisy = entries.filter(({ key }) => noise.has(key));
  const [most] = noisy;
  if (most === undefined) return null;
  // What others may have of these counts is not theirs for certain.
  const queries = noisy.reduce((sum, { count, error }) => sum + count - error, 0);
  return { queries, name: noise.get(most.key) ?? "", example: most.key };
}
