/** Flows, one by one → a table of what is different about them. Holds a bounded amount, whatever comes. */
import { createEndpointNames, type WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Endpoint, Flow } from "../../analysis/flow.ts";
import { defaultRedaction, type Redaction } from "../../analysis/redact.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { targetMatcher } from "../../analysis/target-match.ts";
import { namespaceOf } from "../../policy/labels.ts";
import type { NamedEnd } from "../../policy/replay/observed.ts";
import { createHalves, type Tally } from "./halves.ts";
import { denialOf, icmpType, isOtherDrop, seenAs } from "./seen.ts";
import {
  denialAt,
  type FlowTable,
  type TableRequest,
  type TableRow,
  tableDenials,
  tableProtocols,
  tableSeen,
} from "./table.ts";

export interface CollectOptions {
  readonly target: Target | undefined;
  readonly resolution: Resolution | null;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
  /** Keep when each row was seen, and on which side. The two halves of a connection are then not joined. */
  readonly dated?: boolean;
  readonly bounds?: Partial<typeof usualBounds>;
}

export interface Collector {
  add(flow: Flow): void;
  finish(): FlowTable;
}

const usualBounds = { rows: 100_000, ends: 20_000, requests: 10_000 };
const mostNames = 20;

export function createCollector(options: CollectOptions): Collector {
  const { redaction = defaultRedaction } = options;
  const bounds = { ...usualBounds, ...options.bounds };
  const names = createEndpointNames(options.workloadOf, redaction);
  const isTarget = options.target && targetMatcher(options.target, options.resolution);
  const ends: NamedEnd[] = [];
  const endAt = new Map<string, number>();
  /** By the decoder's own object: pods are many, and the same again and again. */
  const podAt = new Map<Endpoint, number>();
  const requests: TableRequest[] = [];
  const requestAt = new Map<string, number>();
  const rows = new Map<string, Row>();
  const joined = options.dated === true ? undefined : createHalves();
  let shed = 0;
  let otherDrops = 0;

  function endOf(flow: Flow, side: "source" | "destination"): number {
    const endpoint = flow[side];
    const known = podAt.get(endpoint);
    if (known !== undefined) return known;
    const clean = redaction.flow(flow)[side].labels;
    const labels = clean.length > 0 ? [...clean].sort() : [reservedLabel(endpoint.identity)];
    const isPod = namespaceOf(labels) !== undefined;
    const isOutside = labels.some((label) => label.startsWith("reserved:world"));
    const ip = side === "source" ? flow.sourceIp : flow.destinationIp;
    const dns = side === "source" ? flow.sourceNames : flow.destinationNames;
    // A name that may not be shown cannot stand in a policy either.
    const learnt = dns.filter((name) => redaction.name(name) === name).slice(0, mostNames);
    const end: NamedEnd = {
      labels,
      name: names[side](flow),
      target: isTarget?.(alone(flow, side)) === true,
      ...(isOutside && { ip, names: learnt }),
    };
    const at = placed(end);
    // A pod's address says nothing more; a pod that one flow names and another does not is asked about each time.
    if (isPod && endpoint.pod !== "" && at >= 0) podAt.set(endpoint, at);
    return at;
  }

  function placed(end: NamedEnd): number {
    const key = JSON.stringify(end);
    const known = endAt.get(key);
    if (known !== undefined) return known;
    if (ends.length >= bounds.ends) return -1;
    endAt.set(key, ends.length);
    return ends.push(end) - 1;
  }

  function requestOf(flow: Flow): number {
    const request = readRequest(flow, redaction);
    if (request === undefined) return -1;
    const key = JSON.stringify(request);
    const known = requestAt.get(key);
    if (known !== undefined) return known;
    // Beyond so many, a request counts as the connection that it came over.
    if (requests.length >= bounds.requests) return -1;
    requestAt.set(key, requests.length);
    return requests.push(request) - 1;
  }

  return {
    add(flow) {
      const seen = seenAs(flow);
      if (seen === null) {
        if (isOtherDrop(flow)) otherDrops += 1;
        return;
      }
      const from = endOf(flow, "source");
      const to = endOf(flow, "destination");
      const isIcmp = flow.protocol === "ICMPv4" || flow.protocol === "ICMPv6";
      const port = isIcmp ? icmpType(flow) : flow.destinationPort;
      const protocol = tableProtocols.indexOf((flow.protocol || "unknown") as (typeof tableProtocols)[number]);
      const denial = seen === "dropped" && joined !== undefined ? denialAt(denialOf(flow)) : undefined;
      const row = [from, to, protocol, port, tableSeen.indexOf(seen), requestOf(flow), 0] as const;
      const key = joined === undefined ? `${row.join()}@${flow.direction}` : `${row.join()}!${denial ?? ""}`;
      let known = rows.get(key);
      if (known === undefined) {
        if (from < 0 || to < 0 || rows.size >= bounds.rows) {
          shed += 1;
          return;
        }
        known = { row, denial, count: 0, left: 0, first: flow.time, last: flow.time, side: flow.direction };
        rows.set(key, known);
      }
      known.count += 1;
      known.first = Math.min(known.first, flow.time);
      known.last = Math.max(known.last, flow.time);
      joined?.saw(flow, seen, known);
    },
    finish() {
      const halves = joined === undefined ? 0 : joined.settle() + withoutStrays(rows.values());
      const kept = [...rows.values()].filter(({ count }) => count > 0);
      return {
        ends: ends.map((end) => ({ ...end, name: names.settled(end.name) })),
        requests,
        rows: kept.map(tableRow),
        ...(options.dated === true && {
          dates: kept.map(({ first, last, side }) => [Math.floor(first), Math.floor(last), side] as const),
        }),
        shed,
        ...(halves > 0 && { halves }),
        ...(otherDrops > 0 && { otherDrops }),
      };
    },
  };
}

interface Row extends Tally {
  readonly row: TableRow;
  readonly denial: number | undefined;
  first: number;
  last: number;
  readonly side: number;
}

function tableRow({ row, count, denial }: Row): TableRow {
  const [from, to, protocol, port, seen, request] = row;
  return denial === undefined
    ? [from, to, protocol, port, seen, request, count]
    : [from, to, protocol, port, seen, request, count, denial];
}

/** Whose other half was not seen, where all that was seen to arrive of the kind was refused: no proof that any passed. Takes them out, and says how many. */
function withoutStrays(rows: Iterable<Row>): number {
  const all = [...rows];
  const kindOf = ({ row: [from, to, protocol, port] }: Row) => `${from} ${to} ${protocol} ${port}`;
  const refused = new Set(all.filter(isRefusedOnArrival).map(kindOf));
  for (const one of all) if (!isDropped(one) && one.count > one.left) refused.delete(kindOf(one));
  let strays = 0;
  for (const one of all) {
    if (one.left === 0 || !refused.has(kindOf(one))) continue;
    strays += one.left;
    one.count -= one.left;
    one.left = 0;
  }
  return strays;
}

function isDropped({ row }: Row): boolean {
  return tableSeen[row[4]] === "dropped";
}

function isRefusedOnArrival({ denial }: Row): boolean {
  return denial !== undefined && tableDenials[denial]?.side === "ingress";
}

const nobody: Endpoint = { identity: 0, namespace: "", pod: "", labels: [], workload: undefined, cluster: "" };

/** The flow as if it had one end: does that end belong to the target? */
function alone(flow: Flow, side: "source" | "destination"): Flow {
  return side === "source"
    ? { ...flow, destination: nobody, destinationIp: "", destinationNames: [], destinationService: undefined }
    : { ...flow, source: nobody, sourceIp: "", sourceNames: [], sourceService: undefined };
}

const reserved = [
  "unknown",
  "host",
  "world",
  "unmanaged",
  "health",
  "init",
  "remote-node",
  "kube-apiserver",
  "ingress",
];

function reservedLabel(identity: number): string {
  return `reserved:${identity === 9 || identity === 10 ? "world" : (reserved[identity] ?? "unknown")}`;
}

/** The query is left out of the path: it is not shown, and a rule that looks into it is rare. */
function readRequest({ l7 }: Flow, redaction: Redaction): TableRequest | undefined {
  if (l7?.protocol === "dns") {
    const dns = l7.query.toLowerCase().replace(/\.$/, "");
    return dns === "" ? undefined : { dns, secret: redaction.name(dns) !== dns };
  }
  if (l7?.protocol !== "http") return undefined;
  const parts = /^(?:[A-Za-z][-+.A-Za-z0-9]*:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(\?)?/.exec(l7.url);
  const path = parts?.[2] || "/";
  return {
    http: { method: l7.method, path: `${path}${parts?.[3] === undefined ? "" : "?…"}`, host: parts?.[1] ?? "" },
    secret: redaction.path(path) !== path || !/^[A-Z]{1,20}$/.test(l7.method),
  };
}
