/** How a pod's resolver finds a name: ndots:5, so each search domain first, each name asked for A and AAAA from one socket. */
import type { WireDns } from "../../../sources/hubble/wire.ts";
import type { End } from "../ends.ts";
import { egress, policyVerdict, udp } from "../packet.ts";
import { policyInFlows } from "../policy.ts";
import type { Run } from "../run.ts";
import { l7Visibility } from "../webpod.ts";
import { askDns, toDns } from "./dns.ts";

export interface KnownName {
  /** Fully qualified, with its last dot. */
  readonly name: string;
  readonly ips: readonly string[];
  readonly ttl: number;
  readonly cnames?: readonly string[];
}

/** An answer without a record has no lifetime; agents write the largest number. */
const noTtl = 4_294_967_295;
const nonExistentDomain = 3;
/** Policy match: by port alone. */
const matchL4Only = 3;
const search = ["default.svc.cluster.local.", "svc.cluster.local.", "cluster.local."];

/** `typed` is the name as the program has it. Gives the offset at which the pod has the addresses. */
export function resolve(
  run: Run,
  { client, typed, known }: { readonly client: End; readonly typed: string; readonly known: KnownName },
  offset: number,
): number {
  const node = client.node;
  if (node === undefined) {
    return offset;
  }
  let at = offset;
  for (const name of [...search.map((domain) => `${typed}.${domain}`), `${typed}.`]) {
    const found = name === known.name;
    const connection = toDns(run, client);
    const first = udp(connection, "client");
    const by = policyInFlows(l7Visibility, 1);
    run.flow(node, at + 0.1, () =>
      policyVerdict(node, first, { verdict: "redirected", by, match: matchL4Only, direction: egress }),
    );
    const ipv4 = askDns(
      run,
      { node, connection, answer: found ? foundAnswer(known) : noAnswer(name, "A", nonExistentDomain) },
      at,
    );
    const empty = noAnswer(name, "AAAA", found ? 0 : nonExistentDomain);
    at = Math.max(ipv4, askDns(run, { node, connection, answer: empty }, at + 0.05));
    if (found) {
      return at;
    }
  }
  return at;
}

function foundAnswer({ name, ips, ttl, cnames = [] }: KnownName): WireDns {
  const rrtypes = [...(cnames.length > 0 ? ["CNAME"] : []), "A"];
  return { query: name, observationSource: "proxy", qtypes: ["A"], ips, ttl, cnames, rrtypes };
}

function noAnswer(name: string, type: "A" | "AAAA", rcode: number): WireDns {
  return { query: name, observationSource: "proxy", qtypes: [type], rcode, ttl: noTtl };
}
