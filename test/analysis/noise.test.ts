import { expect, test } from "vitest";
import { isNoise } from "../../src/analysis/noise.ts";
import { makeFlow } from "../fixtures/flows/make.ts";

test.each([
  ["IPv6 router solicitation on an IPv4 cluster", { dropReason: 139, protocol: "ICMPv6", sourceIp: "fe80::1" }],
  ["a link-local source", { dropReason: 132, protocol: "UDP", sourceIp: "fe80::1" }],
  ["a multicast listener report", { dropReason: 156, protocol: "", destinationIp: "ff02::16" }],
  ["IGMP", { dropReason: 142, protocol: "IGMP" }],
  ["VRRP", { dropReason: 137, protocol: "VRRP" }],
  ["a frame that is not Ethernet II", { dropReason: 166, protocol: "" }],
  ["a VLAN tag", { dropReason: 182 }],
] as const)("%s is noise", (_, fields) => {
  expect(isNoise(makeFlow(fields))).toBe(true);
});

test.each([
  ["a denied packet", { dropReason: 133 }],
  ["a denied ICMPv6 packet", { dropReason: 133, protocol: "ICMPv6", sourceIp: "fe80::1" }],
  ["a foreign source address", { dropReason: 132, sourceIp: "10.9.9.9" }],
  ["an unknown EtherType", { dropReason: 139, protocol: "", sourceIp: "", destinationIp: "" }],
  ["GRE", { dropReason: 142, protocol: "" }],
  ["a reason newer than this program", { dropReason: 222 }],
] as const)("%s is not noise", (_, fields) => {
  expect(isNoise(makeFlow(fields))).toBe(false);
});
