/** A lookup as a pod does it: the DNS proxy on its node shows question and answer, CoreDNS' node sees the packets. */
import type { WireDns } from "../../../sources/hubble/wire.ts";
import type { End } from "../ends.ts";
import { type Connection, egress, l7, socketTranslation, udp } from "../packet.ts";
import type { Run } from "../run.ts";
import { pods, services } from "../topology.ts";
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
  const connection: Connection = {
    client,
    server: run.ends.pod(run.random.pick([pods.dnsOne, pods.dnsTwo])),
    clientPort: run.random.int(32768, 60999),
    serverPort: 53,
  };
  if (node === undefined) {
    return offset;
  }
  if (question.withSocket) {
    run.flow(node, offset, () => socketTranslation(node, connection, services.dns, "before", "UDP"));
    run.flow(node, offset + 0.08, () => socketTranslation(node, connection, services.dns, "after", "UDP"));
  }
  const asked: WireDns = { query: `${name}.`, observationSource: "proxy", qtypes: ["A"] };
  const answer: WireDns = { ...asked, ips, ttl, rrtypes: ["A"] };
  const asks = { record: { type: 1, dns: asked }, summary: `DNS Query ${name}. A` };
  const answers = {
    record: { type: 2, dns: answer },
    summary: `DNS Answer "${ips.join(",")}" TTL: ${ttl} (Proxy ${name}. A)`,
  };
  const [query, response] = [udp(connection, "client"), udp(connection, "server")];
  run.flow(node, offset + 0.3, () => l7(node, query, { verdict: 1, direction: egress, ...asks }));
  deliver(run, query, offset + 0.4);
  leave(run, response, offset + 1.1);
  run.flow(node, offset + 1.6, () => l7(node, response, { verdict: 1, direction: egress, ...answers }));
  return offset + 2;
}
