import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { WhyArgs } from "../../../src/commands/why/args.ts";
import { whyLine, whyPairLine, whyRequestLine } from "../../../src/commands/why/line.ts";

const places = { clusters: ["prod-eu"], defaultCluster: "prod-eu" };

function args(text: string): WhyArgs {
  const parsed = parseCommand(text, places);
  if (!parsed.ok) throw new Error(parsed.say);
  return parsed.args as WhyArgs;
}

function refusal(text: string): string {
  const parsed = parseCommand(text, places);
  return parsed.ok ? "" : parsed.say;
}

const name = (of: string, namespace?: string) => ({ kind: "name", namespace, name: of });

describe("why reads", () => {
  test.each([
    ["why xwing deathstar:80", { to: name("deathstar"), port: 80, protocol: "TCP" }],
    ["why xwing default/deathstar:53/udp", { to: name("deathstar", "default"), port: 53, protocol: "UDP" }],
    ["why xwing deathstar", { to: name("deathstar"), port: null, protocol: "TCP" }],
    ["why xwing deathstar:8/icmp", { port: 8, protocol: "ICMPv4" }],
    ["why xwing deathstar:0/icmp", { port: 0, protocol: "ICMPv4" }],
    ["why xwing org=empire:80", { to: { kind: "labels", selector: "org=empire" }, port: 80 }],
    ["why xwing k8s:org=empire", { to: { kind: "labels", selector: "k8s:org=empire" }, port: null }],
    ["why xwing world:443", { to: { kind: "reserved", name: "world", identity: 2 }, port: 443 }],
    ["why xwing api.example.com:443", { to: { kind: "fqdn", name: "api.example.com" }, port: 443 }],
    ["why xwing 10.0.0.1:80", { to: { kind: "ip", ip: "10.0.0.1" }, port: 80 }],
    ["why xwing [fd00::1]:80", { to: { kind: "ip", ip: "fd00::1" }, port: 80 }],
    ["why xwing fd00::1:80", { to: { kind: "ip", ip: "fd00::1:80" }, port: null }],
    ["why xwing 10.0.0.0/8:80", { to: { kind: "cidr", cidr: "10.0.0.0/8" }, port: 80 }],
    [
      "why xwing svc/default/deathstar:80",
      { to: { kind: "service", namespace: "default", name: "deathstar" }, port: 80 },
    ],
    ["why a b:80 --http 'put /v1/x'", { http: { method: "PUT", path: "/v1/x" } }],
    ["why a b:80 --http 'GET http://web:8080/x?y=1'", { http: { method: "GET", path: "/x?y=1", host: "web:8080" } }],
  ])("%s, and writes it back", (text, expected) => {
    const read = args(text);
    expect(read).toMatchObject(expected);
    expect(args(whyLine(read))).toEqual(read);
  });

  test.each([
    ["why", "why needs SRC"],
    ["why xwing:80 deathstar", "type why xwing DESTINATION:80"],
    ["why xwing deathstar:80/foo", "no protocol"],
    ["why xwing deathstar:0", "no port 0"],
    ["why xwing deathstar:99999", "no port"],
    ["why xwing *.example.com:80", "one DNS name"],
    ["why xwing deathstar:80 --http 'PUT'", "method and a path"],
    ["why xwing deathstar:80 --http '/v1'", "method and a path"],
    ["why xwing deathstar:80 --http 'PUT /a b'", "method and a path"],
    ["why xwing deathstar:53/udp --http 'GET /'", "HTTP needs TCP"],
    ["why xwing deathstar:80 extra", "one too many"],
  ])("%s: refused with what to type", (text, hint) => {
    expect(refusal(text)).toContain(hint);
  });
});

test("namespaces that are named can be refused where they may not be seen", () => {
  const parsed = parseCommand("why payments/api ns/ledger", places);
  expect(parsed.ok && parsed.command.namespaces?.(parsed.args)).toEqual(["payments", "ledger"]);
});

describe("the line of a pair", () => {
  const rest = { since: { kind: "ago", ms: 900_000 }, until: { kind: "ago", ms: 0 } } as const;
  const line = (source: string, destination: string, port = 80, protocol = "TCP") =>
    whyPairLine({ source, destination, port, protocol }, rest);

  test.each([
    ["default/xwing", "default/deathstar", "why default/xwing default/deathstar:80"],
    ["default/xwing", "api.example.com", "why default/xwing api.example.com:80"],
    ["fd00::1", "default/deathstar", "why fd00::1 default/deathstar:80"],
    ["default/xwing", "fd00::1", "why default/xwing '[fd00::1]:80'"],
    ["svc/shop/web", "world", "why svc/shop/web world:80"],
  ])("%s → %s", (source, destination, expected) => {
    expect(line(source, destination)?.replaceAll('"', "'")).toBe(expected);
    expect(refusal(line(source, destination) ?? "")).toBe("");
  });

  test("does not exist for what cannot be typed", () => {
    expect(line("evil\u001b/x", "default/deathstar")).toBeUndefined();
    expect(line("default/xwing", "*.example.com")).toBeUndefined();
    expect(line("default/xwing", "default/deathstar", 0, "VRRP")).toBeUndefined();
    const denial = { source: "a/b", destination: "c/d", protocol: "http", method: "GET", path: "/x?…" };
    expect(whyRequestLine(denial, rest)).toBe("why a/b c/d --http 'GET /x'");
    expect(whyRequestLine({ ...denial, protocol: "dns", method: "", path: "x.y" }, rest)).toBeUndefined();
    expect(whyRequestLine({ ...denial, method: "G\tET" }, rest)).toBeUndefined();
  });
});
