/** The flags of `drops`, spelled as in `hubble observe` where they mean the same. */
import type { Flag } from "../command.ts";

/** Conditions on an end of a flow: `--pod` on either, `--from-pod` on the source, `--to-pod` on the destination. */
const ends = [
  { name: "pod", value: "[NAMESPACE/]NAME", doc: "pods whose name begins with NAME; without a namespace in default" },
  { name: "namespace", short: "-n", value: "NAMESPACE", doc: "pods and services of a namespace" },
  {
    name: "label",
    short: "-l",
    value: "SELECTOR",
    doc: "endpoints with these labels, such as org=empire or reserved:world",
  },
  { name: "identity", value: "IDENTITY", doc: "a security identity, by number or reserved name" },
  { name: "ip", value: "IP|CIDR", doc: "an address, or all of a range" },
  { name: "fqdn", value: "NAME", doc: "a DNS name, * stands for a part of it" },
  { name: "service", value: "[NAMESPACE/]NAME", doc: "a service's address" },
  { name: "workload", value: "[KIND/]NAME", doc: "a workload, such as deathstar or Deployment/deathstar" },
  { name: "port", value: "PORT", doc: "a port of TCP, UDP or SCTP" },
] as const;

/** Conditions on the ends of a flow and on what every command about flows knows of it. */
export const selectFlags: readonly Flag[] = [
  ...ends.flatMap(({ name, value, doc, ...end }): Flag[] => [
    {
      key: name,
      names: [`--${name}`, ...("short" in end ? [end.short] : [])],
      value,
      many: true,
      doc: `Either end: ${doc}`,
    },
    { key: `from-${name}`, names: [`--from-${name}`], value, many: true, doc: `Source: ${doc}` },
    { key: `to-${name}`, names: [`--to-${name}`], value, many: true, doc: `Destination: ${doc}` },
  ]),
  {
    key: "protocol",
    names: ["--protocol"],
    value: "PROTOCOL",
    many: true,
    doc: "tcp, udp, sctp, icmp, icmpv4, icmpv6, vrrp, igmp, http, dns or kafka",
  },
  {
    key: "reason",
    names: ["--drop-reason-desc", "--reason"],
    value: "REASON",
    many: true,
    doc: "A drop reason: POLICY_DENIED, 'Policy denied' or 133",
  },
  {
    key: "direction",
    names: ["--traffic-direction", "--direction"],
    value: "DIRECTION",
    many: true,
    doc: "ingress or egress",
  },
  {
    key: "node",
    names: ["--node-name", "--node"],
    value: "NODE",
    many: true,
    doc: "Flows that this node saw, * stands for a part of the name",
  },
];

export const dropFlags: readonly Flag[] = [
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin there: how long ago (15m), a time of day in UTC, or RFC 3339; 15m when left out",
  },
  { key: "until", names: ["--until"], value: "TIME", doc: "End there; now when left out" },
  { key: "last", names: ["--last"], value: "N", doc: "Only the newest N drops of that time, counted over all nodes" },
  ...selectFlags,
  { key: "top", names: ["--top"], value: "N", doc: "Rows to list, 10 when left out" },
  { key: "all", names: ["--all"], doc: "List normal noise too, such as ICMPv6 where IPv6 is off" },
];
