import { describe, expect, test } from "vitest";
import type { Target } from "../../src/analysis/target.ts";
import { parseLabelTarget, parseTarget, targetText } from "../../src/analysis/target-parse.ts";

describe("a target", () => {
  test.each<[string, Target]>([
    ["deathstar", { kind: "name", namespace: undefined, name: "deathstar" }],
    ["  deathstar ", { kind: "name", namespace: undefined, name: "deathstar" }],
    ["default/deathstar", { kind: "name", namespace: "default", name: "deathstar" }],
    ["default/my.pod", { kind: "name", namespace: "default", name: "my.pod" }],
    ["pod/xwing", { kind: "pod", namespace: undefined, name: "xwing" }],
    ["pod/default/xwing", { kind: "pod", namespace: "default", name: "xwing" }],
    ["pods/my.pod", { kind: "pod", namespace: undefined, name: "my.pod" }],
    ["deploy/deathstar", { kind: "workload", workload: "Deployment", namespace: undefined, name: "deathstar" }],
    [
      "Deployment/default/deathstar",
      { kind: "workload", workload: "Deployment", namespace: "default", name: "deathstar" },
    ],
    [
      "deployment.apps/deathstar",
      { kind: "workload", workload: "Deployment", namespace: undefined, name: "deathstar" },
    ],
    ["sts/db", { kind: "workload", workload: "StatefulSet", namespace: undefined, name: "db" }],
    ["ds/kube-system/cilium", { kind: "workload", workload: "DaemonSet", namespace: "kube-system", name: "cilium" }],
    [
      "rs/deathstar-8c4c77fb7",
      { kind: "workload", workload: "ReplicaSet", namespace: undefined, name: "deathstar-8c4c77fb7" },
    ],
    ["job/migrate", { kind: "workload", workload: "Job", namespace: undefined, name: "migrate" }],
    ["cronjob.batch/backup", { kind: "workload", workload: "CronJob", namespace: undefined, name: "backup" }],
    ["svc/deathstar", { kind: "service", namespace: undefined, name: "deathstar" }],
    ["service/default/deathstar", { kind: "service", namespace: "default", name: "deathstar" }],
    ["deathstar.default.svc", { kind: "service", namespace: "default", name: "deathstar" }],
    ["deathstar.default.svc.cluster.local.", { kind: "service", namespace: "default", name: "deathstar" }],
    ["ns/default", { kind: "namespace", name: "default" }],
    ["NS/Default", { kind: "namespace", name: "default" }],
    ["Deathstar", { kind: "name", namespace: undefined, name: "deathstar" }],
    [
      "Deployment/Default/Deathstar",
      { kind: "workload", workload: "Deployment", namespace: "default", name: "deathstar" },
    ],
    ["World", { kind: "reserved", name: "world", identity: 2 }],
    ["pod/pod/x", { kind: "pod", namespace: "pod", name: "x" }],
    ["-l org=empire", { kind: "labels", selector: "org=empire" }],
    ["-l=org", { kind: "labels", selector: "org" }],
    ["org==empire", { kind: "labels", selector: "org=empire" }],
    ["app.kubernetes.io/name=deathstar", { kind: "labels", selector: "app.kubernetes.io/name=deathstar" }],
    ["class in (a, b)", { kind: "labels", selector: "class in (a,b)" }],
    ["!legacy", { kind: "labels", selector: "!legacy" }],
    ["k8s:org", { kind: "labels", selector: "k8s:org" }],
    ["10.0.0.1", { kind: "ip", ip: "10.0.0.1" }],
    ["FD00:0:0::0:1", { kind: "ip", ip: "fd00::1" }],
    ["::ffff:10.0.0.1", { kind: "ip", ip: "10.0.0.1" }],
    ["1:0:0:2:0:0:0:3", { kind: "ip", ip: "1:0:0:2::3" }],
    ["10.1.2.3/8", { kind: "cidr", cidr: "10.0.0.0/8" }],
    ["0.0.0.0/0", { kind: "cidr", cidr: "0.0.0.0/0" }],
    ["10.0.0.1/32", { kind: "cidr", cidr: "10.0.0.1/32" }],
    ["fd00:abcd::1/20", { kind: "cidr", cidr: "fd00:a000::/20" }],
    ["::/0", { kind: "cidr", cidr: "::/0" }],
    ["api.github.com", { kind: "fqdn", name: "api.github.com" }],
    ["API.GitHub.com.", { kind: "fqdn", name: "api.github.com" }],
    ["*.github.com", { kind: "fqdn", name: "*.github.com" }],
    ["_dns._tcp.example.com", { kind: "fqdn", name: "_dns._tcp.example.com" }],
    ["identity/55683", { kind: "identity", identity: 55683 }],
    ["world", { kind: "reserved", name: "world", identity: 2 }],
    ["reserved:host", { kind: "reserved", name: "host", identity: 1 }],
    ["reserved/kube-apiserver", { kind: "reserved", name: "kube-apiserver", identity: 7 }],
    ["unknown", { kind: "reserved", name: "unknown", identity: 0 }],
    ["deploy/ingress", { kind: "workload", workload: "Deployment", namespace: undefined, name: "ingress" }],
  ])("%s is understood", (text, target) => {
    expect(parseTarget(text)).toEqual({ ok: true, target });
  });

  test.each([
    ["", "Type a name"],
    ["   ", "Type a name"],
    ["x".repeat(10_000), "too long"],
    ["x".repeat(254), "at most 253 characters"],
    ["death star", "no Kubernetes name"],
    ["death_star", "no Kubernetes name"],
    ["-deathstar", "no Kubernetes name"],
    ["deathstar\u001b[31m", '"deathstar?[31m"'],
    ["deathstar:80", "--port 80"],
    ["default/deploy/deathstar", '"deploy/default/deathstar"'],
    ["a/b/c", "KIND/NAMESPACE/NAME"],
    ["a/b/c/d", "too many parts"],
    ["default/", "ns/NAME"],
    ["/deathstar", "namespace is missing"],
    ["pod/", "name is missing"],
    ["svc/default/a.b", "service name"],
    ["ns/default/x", "one part too many"],
    ["10.0.0", "no IP address"],
    ["300.1.1.1", "no IP address"],
    ["10.0.0.0/33", "no CIDR"],
    ["10.0.0/8", "no CIDR"],
    ["fd00::/129", "no CIDR"],
    ["identity/abc", "no identity"],
    ["identity/4294967296", "no identity"],
    ["reserved/nothing", "no reserved identity"],
    ["-l ", "is empty"],
    ["-l a===b", "a===b"],
    ["a..b", "no DNS name"],
    [`${"a".repeat(64)}.com`, "no DNS name"],
  ])("%j is refused with one sentence that says what to type", (text, part) => {
    const parsed = parseTarget(text);
    expect(parsed.ok ? "" : parsed.say).toContain(part);
    expect(parsed.ok ? "" : parsed.say.length).toBeLessThan(300);
  });

  test("a label selector handed over by itself is a target", () => {
    expect(parseLabelTarget(" org = empire ")).toEqual({
      ok: true,
      target: { kind: "labels", selector: "org=empire" },
    });
    expect(parseLabelTarget("org").ok).toBe(true);
  });

  test("canonical text parses back to the same target", () => {
    const random = generator(20_261_121);
    for (let round = 0; round < 3_000; round++) {
      const target = anyTarget(random);
      expect(parseTarget(targetText(target)), targetText(target)).toEqual({ ok: true, target });
    }
  });

  test("whatever is typed gives a target that reads back, or a sentence", () => {
    const random = generator(7);
    const pieces = [
      "default",
      "/",
      "deploy",
      ".",
      "-",
      "10",
      ":",
      "=",
      "!",
      "(",
      ")",
      ",",
      " ",
      "in",
      "*",
      "é",
      "\u0000",
      "world",
      "A",
      "svc",
      "::",
      "255",
      "-l ",
    ];
    let understood = 0;
    for (let round = 0; round < 5_000; round++) {
      const text = Array.from({ length: 1 + random(7) }, () => pieces[random(pieces.length)]).join("");
      const parsed = parseTarget(text);
      if (parsed.ok) expect(parseTarget(targetText(parsed.target)), text).toEqual(parsed);
      else expect(parsed.say, text).toMatch(/\S.*\.$/);
      understood += parsed.ok ? 1 : 0;
    }
    expect(understood).toBeGreaterThan(100);
  });
});

type Random = (below: number) => number;

/** Mulberry32: small, seeded, good enough for test data. */
function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function anyTarget(random: Random): Target {
  const word = (length = 1 + random(20)) => `a${letters(random, length)}z`;
  const namespace = random(2) === 0 ? undefined : `n-${word()}`;
  const kinds: (() => Target)[] = [
    () => ({ kind: "name", namespace, name: `x${word()}` }),
    () => ({ kind: "name", namespace: "n", name: `${word()}.${word()}` }),
    () => ({ kind: "pod", namespace, name: `${word()}.${word()}` }),
    () => ({ kind: "service", namespace, name: word() }),
    () => ({
      kind: "workload",
      workload: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Rollout"][random(7)] ?? "",
      namespace,
      name: word(),
    }),
    () => ({ kind: "namespace", name: word() }),
    () => ({ kind: "labels", selector: `${word()}=${word()},k8s:${word()}!=b,!${word()},c in (d,${word()})` }),
    () => ({ kind: "ip", ip: [random(256), random(256), random(256), random(256)].join(".") }),
    () => ({ kind: "ip", ip: `fd00:${(1 + random(65_535)).toString(16)}::${(1 + random(65_535)).toString(16)}` }),
    () => ({ kind: "cidr", cidr: `10.${random(256)}.0.0/16` }),
    () => ({ kind: "cidr", cidr: `fd${(16 + random(240)).toString(16)}::/${16 + random(113)}` }),
    () => ({ kind: "fqdn", name: `*.${word()}.example` }),
    () => ({ kind: "identity", identity: random(0xffff_ffff) }),
    () => ({ kind: "reserved", name: "remote-node", identity: 6 }),
  ];
  return (kinds[random(kinds.length)] ?? kinds[0])?.() as Target;
}

function letters(random: Random, length: number): string {
  return Array.from({ length }, () => "abcdefghijklmnopqrstuvwxyz0123456789-"[random(37)]).join("");
}
