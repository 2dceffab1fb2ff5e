import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/commands/grammar.ts";
import { badCommands } from "../fixtures/bad-commands.ts";

const options = { clusters: ["prod-eu", "prod-us", "staging"], defaultCluster: "prod-eu" };

function parse(text: string) {
  const parsed = parseCommand(text, options);
  if (!parsed.ok) throw new Error(parsed.say);
  return parsed;
}

describe("a command", () => {
  test.each([
    "drops",
    "Drops",
    "/cilium drops",
    "cilium drops",
    "@cilium drops",
    "@Cilium: drops",
    "/cilium cilium-chatops drops",
  ])("%j is drops", (text) => {
    expect(parse(text).command.name).toBe("drops");
  });

  test.each(["", "   ", "help", "/cilium", "?", "-h", "--help"])("%j is help", (text) => {
    expect(parse(text)).toMatchObject({ command: { name: "help" }, args: {} });
  });

  test.each(["help drops", "drops --help", "drops deathstar -h", "drops --since nonsense --help"])(
    "%j explains drops",
    (text) => {
      expect(parse(text)).toMatchObject({ command: { name: "help" }, args: { command: "drops" }, text: "help drops" });
    },
  );
});

describe("clusters", () => {
  test("are the default one when none is named", () => {
    expect(parse("drops").clusters).toEqual(["prod-eu"]);
  });

  test.each([
    ["drops --cluster staging", ["staging"]],
    ["drops --cluster staging,prod-eu", ["prod-eu", "staging"]],
    ["drops --cluster prod-us --cluster=prod-us", ["prod-us"]],
    ["drops --cluster *", ["prod-eu", "prod-us", "staging"]],
    ["help --cluster staging", ["staging"]],
  ])("%j asks %j", (text, clusters) => {
    expect(parse(text).clusters).toEqual(clusters);
  });
});

describe("the arguments of drops", () => {
  const none = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };

  test("are the last 15 minutes of the whole cluster when nothing is typed", () => {
    expect(parse("drops").args).toEqual({
      select: none,
      since: { kind: "ago", ms: 900_000 },
      until: { kind: "ago", ms: 0 },
      top: 10,
      all: false,
    });
  });

  test("take Hubble's flags for either end, the source and the destination", () => {
    const text =
      "drops --pod a/b --from-pod c --to-pod /d --from-namespace x,y --to-label org=empire,class=deathstar --to-label app=z --identity world --ip 10.1.2.3/8 --from-fqdn *.Example.com. --service svc --to-workload Deployment/w --port 80,443 --from-port 1";
    expect(parse(text).args).toMatchObject({
      select: {
        ...none,
        either: { pod: ["a/b"], identity: [2], ip: ["10.0.0.0/8"], service: ["svc"], port: [80, 443] },
        from: { pod: ["c"], namespace: ["x", "y"], fqdn: ["*.example.com"], port: [1] },
        to: { pod: ["/d"], label: ["org=empire,class=deathstar", "app=z"], workload: ["Deployment/w"] },
      },
    });
  });

  test.each(["POLICY_DENIED", "policy_denied", "'Policy denied'", "'policy-denied'", "133", "133,POLICY_DENIED"])(
    "--reason %s is 133",
    (text) => {
      expect(parse(`drops --reason ${text}`).args).toMatchObject({ select: { reasons: [133] } });
    },
  );

  test("keep a drop reason that is newer than this program", () => {
    expect(parse("drops --drop-reason-desc 222").args).toMatchObject({ select: { reasons: [222] } });
  });

  test("know protocols, directions and nodes", () => {
    expect(
      parse("drops --protocol TCP,http --traffic-direction Ingress --direction egress --node k8s-*").args,
    ).toMatchObject({
      select: { protocols: ["tcp", "http"], directions: [1, 2], nodes: ["k8s-*"] },
    });
  });

  test.each([
    ["drops -l org=empire", { target: { kind: "labels", selector: "org=empire" }, either: {} }],
    [
      "drops deathstar -l org=empire",
      { target: { kind: "name", name: "deathstar" }, either: { label: ["org=empire"] } },
    ],
    ["drops -l a=b -l c=d", { either: { label: ["a=b", "c=d"] } }],
    ["drops -n payments", { target: { kind: "namespace", name: "payments" }, either: {} }],
    ["drops ledger -n payments", { target: { kind: "name", namespace: "payments", name: "ledger" }, either: {} }],
    [
      "drops payments/ledger -n payments",
      { target: { kind: "name", namespace: "payments", name: "ledger" }, either: {} },
    ],
    [
      "drops shop/ledger -n payments",
      { target: { kind: "name", namespace: "shop", name: "ledger" }, either: { namespace: ["payments"] } },
    ],
    [
      "drops world -n payments",
      { target: { kind: "reserved", name: "world", identity: 2 }, either: { namespace: ["payments"] } },
    ],
    ["drops -n a,b", { either: { namespace: ["a", "b"] } }],
  ])("%j: labels and a namespace alone are the target, beside one they narrow it", (text, select) => {
    const { args } = parse(text) as { args: { select: { target?: unknown; either: unknown } } };
    expect({ target: args.select.target, either: args.select.either }).toEqual({ target: undefined, ...select });
  });

  test.each([
    ["--since 1h30m", { since: { kind: "ago", ms: 5_400_000 } }],
    ["--since 23:50 --until 00:10", { since: { kind: "clock" }, until: { kind: "clock" } }],
    ["--since 2026-11-20T03:00Z", { since: { kind: "at", ms: Date.parse("2026-11-20T03:00:00Z") } }],
    ["--since 'Nov 20 22:17:14.633'", { since: { kind: "stamp", month: 10, day: 20 } }],
    ["--since 5m --until now", { until: { kind: "ago", ms: 0 } }],
    ["--last 20 --since 1h --top 5 --all", { last: 20, top: 5, all: true }],
    ["--all=true", { all: true }],
  ])("%s is understood", (flags, expected) => {
    expect(parse(`drops ${flags}`).args).toMatchObject(expected);
  });

  test("are plain JSON", () => {
    const { args } = parse("drops deathstar --since 23:50 --port 80 --cluster *");
    expect(JSON.parse(JSON.stringify(args))).toEqual(args);
  });
});

describe("a refusal", () => {
  test("there are at least 60 of them in the table", () => {
    expect(badCommands.length).toBeGreaterThanOrEqual(60);
  });

  test.each(badCommands)("%j is answered: %s", (typed, say) => {
    expect(parseCommand(typed, options)).toEqual({ ok: false, say });
  });

  test.each([
    ["drops --since ", "9".repeat(300)],
    ["drops --pod ", "P".repeat(300)],
    ["drops --label ", "=".repeat(300)],
    ["drops ", "b".repeat(300)],
    ["drops deathstar:", "8".repeat(300)],
    ["drops --cluster ", "c".repeat(300)],
    ["drops --", "f".repeat(300)],
    ["", "z".repeat(300)],
    ["drops '", "q".repeat(300)],
  ])("of %j and 300 characters repeats at most 60 of them", (start, rest) => {
    const parsed = parseCommand(start + rest, options);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    const longest = Math.max(...[...parsed.say.matchAll(/(.)\1*/g)].map(([run]) => run.length));
    expect(longest).toBeLessThanOrEqual(60);
  });

  test("of too many values counts them", () => {
    const pods = Array.from({ length: 60 }, (_, index) => `p${index}`).join(",");
    expect(parseCommand(`drops --pod ${pods}`, options)).toEqual({
      ok: false,
      say: "--pod: 60 values are too many. Give at most 50.",
    });
  });
});
