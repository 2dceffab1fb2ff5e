/** Lookups as pods do them: the DNS proxy on the pod's node shows question and answer, CoreDNS' node sees the packets. */
import type { WireDns } from "../../../sources/hubble/wire.ts";
import type { End } from "../ends.ts";
import { type Connection, egress, l7, socketTranslation, udp } from "../packet.ts";
import type { Run } from "../run.ts";
import { type NodeName, pods, services } from "../topology.ts";
import { deliver, leave } from "./deliver.ts";

/** Records one A lookup and gives the offset at which the pod has its answer (about 2 ms). `withSocket`: also the socket's translation events. */
export function lookUp(
  run: Run,
  question: {
    readonly client: End;
    readonly name: string;
    readonly ips: readonly string[];
    readonly ttl: number;
    readonly withSocket: boolean;
  },
  offset: number,
): number {
  const { client, name, ips, ttl } = question;
  const node = client.node;
  const connection = toDns(run, client);
  if (node === undefined) {
    return offset;
  }
  if (question.withSocket) {
    run.flow(node, offset, () => socketTranslation(node, connection, services.dns, "before", "UDP"));
    run.flow(node, offset + 0.08, () => socketTranslation(node, connection, services.dns, "after", "UDP"));
  }
  const answer = { query: `${name}.`, observationSource: "proxy", qtypes: ["A"], ips, ttl, rrtypes: ["A"] };
  return askDns(run, { node, connection, answer }, offset);
}

/** A new socket to one of the DNS servers. */
export function toDns(run: Run, client: End): Connection {
  return {
    client,
    server: run.ends.pod(run.random.pick([pods.dnsOne, pods.dnsTwo])),
    clientPort: run.random.int(32768, 60999),
    serverPort: 53,
  };
}

/** One question and its answer; gives the offset at which the pod has it. */
export function askDns(
  run: Run,
  asking: { readonly node: NodeName; readonly connection: Connection; readonly answer: WireDns },
  offset: number,
): number {
  const { node, connection, answer } = asking;
  const { query: name, observationSource, qtypes } = answer;
  const asked = { query: name ?? "", observationSource: observationSource ?? "", qtypes: qtypes ?? [] };
  const asks = { record: { type: 1, dns: asked }, summary: `DNS Query ${asked.query} ${asked.qtypes.join(",")}` };
  const answers = { record: { type: 2, dns: answer }, summary: answerText(answer) };
  const [query, response] = [udp(connection, "client"), udp(connection, "server")];
  run.flow(node, offset + 0.3, () => l7(node, query, { verdict: 1, direction: egress, ...asks }));
  deliver(run, query, offset + 0.4);
  leave(run, response, offset + 1.1);
  run.flow(node, offset + 1.6, () => l7(node, response, { verdict: 1, direction: egress, ...answers }));
  return offset + 2;
}

/** As Hubble says it. An answer without records leaves its place empty. */
function answerText({ query, qtypes, rcode = 0, ips = [], cnames = [], ttl }: WireDns): string {
  const records = [
    ...(ips.length > 0 ? [`"${ips.join(",")}"`] : []),
    ...(cnames.length > 0 ? [`CNAMEs: "${cnames.join(",")}"`] : []),
  ];
  const said = rcode === 0 ? records.join(" ") : `RCode: ${rcode === 3 ? "Non-Existent Domain" : rcode}`;
  return `DNS Answer ${said} TTL: ${ttl} (Proxy ${query} ${(qtypes ?? []).join(",")})`;
}
