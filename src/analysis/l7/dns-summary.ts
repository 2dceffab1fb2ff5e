/** Rows of questions → DnsSummary: search-path noise set apart, types of one name put together, the worst first. */
import { timeText } from "../tally.ts";
import { type Asked, absorb, answersOf, notFound } from "./asked.ts";
import {
  type DnsCounts,
  type DnsPart,
  type DnsRow,
  type DnsSummary,
  dnsParts,
  type SearchNoise,
  worstDnsFirst,
} from "./dns.ts";
import {
  askedOf,
  createExchange,
  type Exchange,
  kindTimeline,
  mergeExchange,
  type Parts,
  unansweredOf,
  unansweredTimeline,
} from "./exchange.ts";
import { latencySummary } from "./latency.ts";
import { readSearchPath, type SearchPath } from "./search-path.ts";

interface Rows {
  readonly rows: readonly Asked[];
  readonly servers: readonly Asked[];
  readonly parts: Parts;
  readonly folded: { readonly rows: number; readonly count: number };
  readonly top: number;
}

export function dnsSummary({ rows, servers, parts, folded, top }: Rows): DnsSummary {
  const byClient = grouped(rows, ({ source }) => source);
  const paths = new Map([...byClient].map(([client, own]) => [client, searchPathOf(client, own)]));
  const isNoise = ({ source, destination }: Asked) => paths.get(source)?.noise.has(destination) === true;
  const noisy = rows.filter(isNoise);
  const rest = rows.filter((row) => !isNoise(row));
  const named = namedRows(rest, paths, parts);
  const shown = named.slice(0, top);
  const whole = sumOf(rows, parts);
  const unanswered = rows.reduce((sum, row) => sum + countsOf(row).unanswered, 0);
  const left = named.slice(top).reduce((sum, { queries }) => sum + queries, 0);
  return {
    ...countsOf(whole),
    queries: rows.reduce((sum, { exchange }) => sum + askedOf(exchange), 0) + folded.count,
    unanswered,
    rows: shown,
    folded: { rows: named.length - shown.length + folded.rows, queries: left + folded.count },
    search: noiseOf(noisy, paths, top),
    servers: servers
      .map((server) => ({ server: server.destination, ...countsOf(server) }))
      .sort((a, b) => worstDnsFirst(a, b) || (a.server < b.server ? -1 : 1))
      .slice(0, mostServers),
    timeline: timelineOf(sumOf(rest, parts).exchange, sumOf(noisy, parts).exchange, { parts, unanswered }),
  };
}

const mostServers = 10;
const mostTypes = 10;
const mostNoise = 20;

/** `namespace/workload`: pods search in their own namespace first. */
function searchPathOf(client: string, own: readonly Asked[]): SearchPath {
  const byName = grouped(own, ({ destination }) => destination);
  const asked = [...byName].map(([name, rows]) => ({
    name,
    exists: rows.some(({ answers }) => answers.has("NOERROR") || answers.has("EMPTY")),
    missing: rows.some(({ answers }) => answers.has("NXDOMAIN")),
  }));
  const slash = client.indexOf("/");
  return readSearchPath(asked, slash > 0 && !client.startsWith("svc/") ? client.slice(0, slash) : "");
}

function namedRows(rows: readonly Asked[], paths: ReadonlyMap<string, SearchPath>, parts: Parts): DnsRow[] {
  const typedOf = ({ source, destination }: Asked) => paths.get(source)?.typed.get(destination) ?? destination;
  return [...grouped(rows, (row) => `${row.source}\n${typedOf(row)}`).values()]
    .flatMap((group): DnsRow[] => {
      const [first] = group;
      if (first === undefined) return [];
      const byType = grouped(group, ({ type }) => type);
      const sum = sumOf(group, parts);
      const { at, ttl } = sum.found;
      return [
        {
          client: first.source,
          name: typedOf(first),
          ...countsOf(sum),
          types: [...byType]
            .map(([type, own]) => ({ type, all: sumOf(own, parts) }))
            .map(({ type, all }) => ({ type, queries: askedOf(all.exchange), answers: answersOf(all) }))
            .sort((a, b) => b.queries - a.queries || (a.type < b.type ? -1 : 1))
            .slice(0, mostTypes),
          tried: new Set(group.map(({ destination }) => destination)).size,
          found: at === 0 ? null : { at: timeText(at), ttl },
          last: timeText(Math.max(...group.map(({ last }) => last))),
        },
      ];
    })
    .sort((a, b) => worstDnsFirst(a, b) || (`${a.name}\n${a.client}` < `${b.name}\n${b.client}` ? -1 : 1));
}

function noiseOf(rows: readonly Asked[], paths: ReadonlyMap<string, SearchPath>, top: number): SearchNoise {
  const meant = ({ source, destination }: Asked) => paths.get(source)?.noise.get(destination) ?? destination;
  const names = [...grouped(rows, (row) => `${row.source}\n${meant(row)}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const queries = group.reduce((sum, { exchange }) => sum + askedOf(exchange), 0);
    // The longest is the first that was tried.
    const example = group.reduce((one, { destination }) => (destination.length > one.length ? destination : one), "");
    return [{ client: first.source, name: meant(first), queries, example }];
  });
  return {
    queries: names.reduce((sum, { queries }) => sum + queries, 0),
    names: names
      .sort((a, b) => b.queries - a.queries || (`${a.name}\n${a.client}` < `${b.name}\n${b.client}` ? -1 : 1))
      .slice(0, Math.min(top, mostNoise)),
  };
}

function sumOf(rows: readonly Asked[], parts: Parts): Asked {
  const [only] = rows;
  if (only !== undefined && rows.length === 1) return only;
  const sum: Asked = {
    ...{ source: "", destination: "", count: 0, first: 0, last: 0, before: 0, type: "" },
    exchange: createExchange(parts),
    answers: new Map(),
    found: notFound,
  };
  for (const row of rows) absorb(sum, row);
  return sum;
}

function countsOf(row: Asked): DnsCounts {
  const { exchange } = row;
  return {
    queries: askedOf(exchange),
    answers: answersOf(row),
    missing: row.answers.get("NXDOMAIN") ?? 0,
    refused: exchange.refused,
    unanswered: unansweredOf(exchange, row.answers.get("REFUSED") ?? 0),
    latency: latencySummary(exchange.latencies),
  };
}

function timelineOf(
  rest: Exchange,
  noisy: Exchange,
  { parts, unanswered }: { readonly parts: Parts; readonly unanswered: number },
): DnsSummary["timeline"] {
  const both = createExchange(parts);
  mergeExchange(both, rest);
  mergeExchange(both, noisy);
  const of = (exchange: Exchange, part: DnsPart) => kindTimeline(exchange, parts, dnsParts.indexOf(part));
  const none = unansweredTimeline(both, parts, unanswered);
  const rows: readonly (readonly [DnsPart, readonly number[]])[] = [
    ["found", of(both, "found")],
    ["missing", of(rest, "missing")],
    ["search", of(noisy, "missing")],
    ["failed", of(both, "failed").map((count, at) => count + (none[at] ?? 0))],
  ];
  return Object.fromEntries(rows.filter(([, row]) => row.some((count) => count > 0)));
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
