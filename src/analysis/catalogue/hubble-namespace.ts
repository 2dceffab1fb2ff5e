/** Hubble's two overviews by namespace, since Cilium 1.16: DNS and network. They group by `source` and `destination`, which only a context option gives. */
import { missing, type Panel, row, type Way } from "./panel.ts";

const queries = "hubble_dns_queries_total";
const answers = "hubble_dns_responses_total";
const flows = "hubble_flows_processed_total";
const drops = "hubble_drop_total";
const noReply = "With what got no reply at all, which the dashboard leaves out.";
const twice = "Hubble counts a packet that policy denied twice: as a drop and as a verdict.";

export const hubbleNamespace: readonly Panel[] = [
  ...row("hubble-dns", "DNS", [
    {
      name: "namespace-dns-queries",
      titles: ["DNS queries"],
      question: "Who sends DNS queries?",
      unit: "queries/s",
      chart: "lines",
      ways: [{ series: [{ promql: `${rate(queries, "source")} > 0` }], labels: { [queries]: ["source"] } }],
      quiet: "nobody sent a DNS query",
    },
    {
      name: "namespace-top-dns-queries",
      titles: ["Top 10 DNS queries"],
      question: "Which names does the namespace ask for most?",
      unit: "queries/min",
      chart: "lines",
      ways: [{ series: [{ promql: `${rate(queries, "query")} * 60`, top: 10 }], labels: { [queries]: ["query"] } }],
    },
    {
      name: "namespace-missing-dns-responses",
      titles: ["Missing DNS responses"],
      question: "Whose DNS queries get no answer?",
      unit: "queries/s",
      chart: "lines",
      ways: [unanswered({ asked: queries, answered: answers })],
      quiet: "every DNS query was answered",
    },
    {
      name: "namespace-dns-errors",
      titles: ["DNS errors"],
      question: "Whose DNS queries fail, and how?",
      unit: "errors/s",
      chart: "areas",
      ways: [
        {
          series: [{ promql: `sum by (destination, rcode) (rate(${answers}{$back, rcode!="No Error"}[$rate])) > 0` }],
          labels: { [answers]: ["destination"] },
        },
      ],
      quiet: "no DNS query failed",
    },
  ]),
  ...row("hubble-network", "Flows processed", [
    {
      name: "namespace-flow-types",
      titles: ["Flows processed by type"],
      question: "Of which type are the namespace's flows?",
      unit: "flows/s",
      chart: "lines",
      ways: [{ series: [{ promql: rate(flows, "type, subtype") }] }],
    },
    {
      name: "namespace-flow-verdicts",
      titles: ["Flows processed by verdict"],
      question: "How many of the namespace's flows are forwarded, and how many dropped?",
      unit: "flows/s",
      chart: "lines",
      ways: [{ series: [{ promql: rate(flows, "verdict") }], note: twice }],
    },
    {
      name: "namespace-top-sources",
      titles: ["Top 10 sources"],
      question: "Who sends most flows?",
      unit: "flows/s",
      chart: "lines",
      ways: [{ series: [{ promql: rate(flows, "source"), top: 10 }], labels: { [flows]: ["source"] } }],
    },
    {
      name: "namespace-top-destinations",
      titles: ["Top 10 destinations"],
      question: "Who receives most flows?",
      unit: "flows/s",
      chart: "lines",
      ways: [{ series: [{ promql: rate(flows, "destination"), top: 10 }], labels: { [flows]: ["destination"] } }],
    },
  ]),
  ...row("hubble-network", "Connection drops", [
    {
      name: "namespace-missing-syn-acks",
      titles: ["Missing TCP SYN-ACKs"],
      question: "Whose connections are asked for and not accepted?",
      unit: "SYNs/s",
      chart: "lines",
      ways: [unanswered({ asked: "hubble_tcp_flags_total", values: [', flag="SYN"', ', flag="SYN-ACK"'] })],
      quiet: "every connection was accepted",
    },
    {
      name: "namespace-missing-echo-replies",
      titles: ["Missing ICMP Echo Replys"],
      question: "Whose pings get no answer?",
      unit: "pings/s",
      chart: "lines",
      ways: [unanswered({ asked: "hubble_icmp_total", values: [', type="EchoRequest"', ', type="EchoReply"'] })],
      quiet: "every ping was answered",
    },
  ]),
  ...row("hubble-network", "Network Policy drops", [
    {
      name: "namespace-drops-by-source",
      titles: ["Network Policy drops by source"],
      question: "Whose packets are dropped, and why?",
      unit: "drops/s",
      chart: "areas",
      ways: [dropsBy("source")],
      quiet: "Hubble counted no drop",
    },
    {
      name: "namespace-drops-by-destination",
      titles: ["Network Policy drops by destination"],
      question: "To whom are packets dropped, and why?",
      unit: "drops/s",
      chart: "areas",
      ways: [dropsBy("destination")],
      quiet: "Hubble counted no drop",
    },
  ]),
];

function rate(metric: string, by: string): string {
  return `sum by (${by}) (rate(${metric}{$from}[$rate]))`;
}

function dropsBy(end: "source" | "destination"): Way {
  return {
    series: [{ promql: `${rate(drops, `${end}, reason`)} > 0` }],
    labels: { [drops]: [end] },
    note: twice,
  };
}

interface Unanswered {
  readonly asked: string;
  readonly answered?: string;
  /** Matchers of the two, where they are one metric. */
  readonly values?: readonly [asked: string, answered: string];
}

/** The answer's destination is who asked. */
function unanswered({ asked, answered = asked, values: [ask, answer] = ["", ""] }: Unanswered): Way {
  const sent = `sum by (source) (rate(${asked}{$from${ask}}[$rate]))`;
  const back = `sum by (destination) (rate(${answered}{$back${answer}}[$rate]))`;
  const renamed = `sum without (destination) (label_replace(${back}, "source", "$1", "destination", "(.*)"))`;
  return {
    series: [{ promql: `${missing(sent, renamed)} > 0` }],
    labels: { [asked]: ["source"], [answered]: answered === asked ? ["source", "destination"] : ["destination"] },
    note: noReply,
  };
}
