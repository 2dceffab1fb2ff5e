import { describe, expect, test } from "vitest";
import { covers, parseAddress, parsePrefix, within } from "../../src/policy/cidr.ts";
import { dnsName, dnsPattern } from "../../src/policy/dns-pattern.ts";

describe("a DNS pattern", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["*", ["a", "a.b.c", "A.b.", "."], ["a..b", "a b"]],
    ["*.cilium.io", ["www.cilium.io", ".cilium.io", "WWW.Cilium.IO."], ["cilium.io", "a.b.cilium.io", "wwwXcilium.io"]],
    ["*cilium.io", ["cilium.io", "mycilium.io"], ["my.cilium.io"]],
    ["sub*.*.io", ["sub.a.io", "sub1.b.io"], ["sub.io", "su.a.io"]],
    ["a*b*c.io", ["abc.io", "axbxc.io", "abbc.io"], ["acb.io", "ab.io"]],
    ["a*a.io", ["aa.io", "aba.io"], ["a.io"]],
    ["**.cilium.io", ["www.cilium.io"], ["a.b.cilium.io", "cilium.io"]],
  ])("%s", (text, yes, no) => {
    const pattern = dnsPattern(text, false);
    expect(yes.filter((name) => !pattern.matches(name))).toEqual([]);
    expect(no.filter((name) => pattern.matches(name))).toEqual([]);
  });

  test("with a leading ** reaches any depth from 1.19 on, and never the domain itself", () => {
    const pattern = dnsPattern("**.cilium.io", true);
    expect(["a.cilium.io", "a.b.cilium.io", "cilium.io", ".cilium.io"].map((name) => pattern.matches(name))).toEqual([
      ...[true, true, false, false],
    ]);
  });

  test("against a very long name takes no time and does not match", () => {
    expect(dnsPattern(`${"*a".repeat(100)}.io`, false).matches(`${"a".repeat(100_000)}.io`)).toBe(false);
  });

  test("as a name is compared whole, without case", () => {
    expect(["Cilium.io", "cilium.io.", "www.cilium.io"].map((name) => dnsName("cilium.io").matches(name))).toEqual([
      ...[true, true, false],
    ]);
  });
});

describe("prefixes", () => {
  test.each<[string, string, boolean]>([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.1.2.3/8", "10.9.9.9", true],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["0.0.0.0/0", "::1", false],
    ["192.0.2.1/32", "192.0.2.1", true],
    ["2001:db8::/32", "2001:db8:1::5", true],
    ["2001:db8::/32", "2001:db9::", false],
    ["::ffff:10.0.0.0/104", "::ffff:10.1.2.3", true],
    ["::/0", "1:2:3:4:5:6:7:8", true],
  ])("%s holds %s: %s", (text, ip, expected) => {
    const [prefix, address] = [parsePrefix(text), parseAddress(ip)];
    if (prefix === null || address === null) throw new Error("not read");
    expect(within(prefix, address)).toBe(expected);
  });

  test.each([
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0/8",
    "010.0.0.0/8",
    "::/129",
    "1::2::3/64",
    "fe80::1%eth0/64",
    "a:b/16",
    "1:2:3:4:5:6:7:8:9/64",
    "/8",
    "",
  ])("%s is none", (text) => {
    expect(parsePrefix(text)).toBeNull();
  });

  test("cover what is inside them", () => {
    const [wide, narrow, other] = ["10.0.0.0/8", "10.1.0.0/16", "::/0"].map((text) => parsePrefix(text));
    if (!wide || !narrow || !other) throw new Error("not read");
    expect([covers(wide, narrow), covers(narrow, wide), covers(wide, wide), covers(other, wide)]).toEqual([
      ...[true, false, true, false],
    ]);
  });
});
