/** Hubble's dashboard: flows, drops, ports and flags. */
import { missing, only, type Panel, type PanelData, row, spread, type Way } from "./panel.ts";

const flows = "rate(hubble_flows_processed_total{$pod}[1m])";
const ports = "hubble_port_distribution_total";
const denied = 'rate(hubble_drop_total{$pod, reason=~"POLICY_DENIED|POLICY_DENY"}[1m])';
const twice = "Hubble counts a packet that policy denied twice: as a drop and as a verdict.";
const noReply = "With what got no reply at all, which the dashboard leaves out.";

export const hubbleFlows: readonly Panel[] = [
  ...row("hubble", "General Processing", [
    {
      name: "flows-per-node",
      titles: ["Flows processed Per Node"],
      question: "How many flows does Hubble see on a node?",
      unit: "flows/s",
      chart: "lines",
      ways: [{ series: spread(`sum by (pod) (${flows})`) }],
    },
    {
      name: "flow-types",
      titles: ["Flows Types"],
      question: "Of which type are the flows that Hubble sees?",
      unit: "flows/s",
      chart: "lines",
      ways: only(`sum by (pod, type) (${flows})`),
    },
    {
      name: "l7-flows",
      titles: ["L7 Flow Distribution"],
      question: "Which L7 protocols does Hubble see?",
      unit: "flows/s",
      chart: "lines",
      ways: only('sum by (pod, subtype) (rate(hubble_flows_processed_total{$pod, type="L7"}[1m]))'),
      quiet: "Hubble saw no L7 flow",
    },
    {
      name: "trace-flows",
      titles: ["Trace Flow Distribution"],
      question: "At which points of the datapath does Hubble see flows?",
      unit: "flows/s",
      chart: "lines",
      ways: only('sum by (pod, subtype) (rate(hubble_flows_processed_total{$pod, type="Trace"}[1m]))'),
    },
    {
      name: "lost-events",
      titles: [],
      question: "How many events are lost before Hubble sees them, and where?",
      unit: "events/s",
      chart: "areas",
      // With what is 0: that it was measured.
      ways: only("sum by (source) (rate(hubble_lost_events_total{$pod}[1m]))"),
    },
  ]),
  ...row("hubble", "Network", [
    {
      name: "flow-verdicts",
      titles: ["Forwarded vs Dropped"],
      question: "How many flows are forwarded, and how many dropped?",
      unit: "flows/s",
      chart: "lines",
      ways: only(`sum by (pod, verdict) (${flows})`, twice),
    },
    {
      name: "hubble-drop-reasons",
      titles: ["Drop Reason"],
      question: "Why are flows dropped, as Hubble sees it?",
      unit: "drops/s",
      chart: "areas",
      ways: only("sum by (pod, reason) (rate(hubble_drop_total{$pod}[1m])) > 0", twice),
      quiet: "Hubble counted no drop",
    },
    {
      name: "protocol-usage",
      titles: ["Protocol Usage"],
      question: "Which protocols are used?",
      unit: "flows/s",
      chart: "lines",
      ways: only(`sum by (pod, protocol) (rate(${ports}{$pod}[1m]))`),
    },
    {
      name: "port-distribution",
      titles: ["Top 10 Port Distribution"],
      question: "Which ports are used most?",
      unit: "flows/s",
      chart: "lines",
      ways: [{ series: [{ promql: `sum by (pod, port, protocol) (rate(${ports}{$pod, port!="0"}[1m]))`, top: 10 }] }],
    },
    ...(["IPv4", "IPv6"] as const).flatMap((family) => [
      tcp(family),
      lacking({
        name: `missing-syn-acks-${family.toLowerCase()}`,
        title: `Missing TCPv${family.slice(3)} SYN-ACKs`,
        question: `How many ${family} connections are asked for and not accepted?`,
        metric: "hubble_tcp_flags_total",
        family,
        values: ['flag="SYN"', 'flag="SYN-ACK"'],
        unit: "SYNs/s",
        what: "connection was asked for",
      }),
      icmp(family),
      lacking({
        name: `missing-echo-replies-${family.toLowerCase()}`,
        title: `Missing ICMPv${family.slice(3)} Echo-Reply`,
        question: `How many ${family} pings get no answer?`,
        metric: "hubble_icmp_total",
        family,
        values: ['type="EchoRequest"', 'type="EchoReply"'],
        unit: "pings/s",
        what: "ping was sent",
      }),
    ]),
  ]),
  ...row("hubble", "Network Policy", [
    {
      name: "hubble-denied",
      titles: ["Denies by Reason"],
      question: "How many drops are policy's doing, as Hubble sees it?",
      unit: "drops/s",
      chart: "areas",
      ways: only(`sum by (pod, reason) (${denied}) > 0`, `${twice} With POLICY_DENY, which the dashboard leaves out.`),
      quiet: "Hubble counted no packet that policy denied",
    },
    {
      name: "hubble-denied-protocols",
      titles: ["Denied Packets by Protocol"],
      question: "Of which protocol are the packets that policy denies?",
      unit: "drops/s",
      chart: "areas",
      ways: only(`sum by (pod, protocol) (${denied}) > 0`, twice),
      quiet: "Hubble counted no packet that policy denied",
    },
    {
      name: "denied-sources",
      titles: ["Top 10 Source Pods with Denied Packets"],
      question: "Whose packets does policy deny most?",
      unit: "drops/s",
      chart: "lines",
      ways: [deniedBy("source")],
      quiet: "Hubble counted no packet that policy denied",
    },
    {
      name: "denied-destinations",
      titles: ["Top 10 Destination Pods with Denied Packets"],
      question: "To whom does policy deny most packets?",
      unit: "drops/s",
      chart: "lines",
      ways: [deniedBy("destination")],
      quiet: "Hubble counted no packet that policy denied",
    },
  ]),
];

function tcp(family: "IPv4" | "IPv6"): PanelData {
  return {
    name: `tcp-flags-${family.toLowerCase()}`,
    titles: [`TCPv${family.slice(3)}`],
    question: `How many ${family} connections begin, are accepted, end and are reset?`,
    unit: "flags/s",
    chart: "lines",
    ways: only(`sum by (pod, flag) (rate(hubble_tcp_flags_total{$pod, family="${family}"}[1m]))`),
    quiet: `no TCP over ${family} was seen`,
  };
}

function icmp(family: "IPv4" | "IPv6"): PanelData {
  return {
    name: `icmp-${family.toLowerCase()}`,
    titles: [`ICMPv${family.slice(3)}`],
    question: `Which ICMP messages are sent over ${family}?`,
    unit: "messages/s",
    chart: "lines",
    ways: only(`sum by (pod, type) (rate(hubble_icmp_total{$pod, family="${family}"}[1m]))`),
    quiet: `no ICMP over ${family} was seen`,
  };
}

interface Lacking {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly metric: string;
  readonly family: string;
  readonly values: readonly [asked: string, answered: string];
  readonly unit: string;
  /** What is asked, behind "no". */
  readonly what: string;
}

function lacking({ name, title, question, metric, family, values, unit, what }: Lacking): PanelData {
  const [asked, answered] = values.map(
    (value) => `sum by (pod) (rate(${metric}{$pod, family="${family}", ${value}}[1m]))`,
  ) as [string, string];
  return {
    name,
    titles: [title],
    question,
    unit,
    chart: "lines",
    ways: only(missing(asked, answered), `Below zero: more answers than questions were seen. ${noReply}`),
    quiet: `no ${what} over ${family}`,
  };
}

function deniedBy(end: "source" | "destination"): Way {
  return {
    series: [{ promql: `sum by (pod, ${end}) (${denied}) > 0`, top: 10 }],
    labels: { hubble_drop_total: [end] },
    note: twice,
  };
}
