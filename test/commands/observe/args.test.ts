import { expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { ObserveArgs } from "../../../src/commands/observe/args.ts";
import { againLine, observeLine } from "../../../src/commands/observe/line.ts";

const options = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };

function argsOf(text: string): ObserveArgs {
  const parsed = parseCommand(text, options);
  if (!parsed.ok) throw new Error(parsed.say);
  expect(parsed.command.name).toBe("observe");
  return parsed.args as ObserveArgs;
}

test("without flags it is the newest 20, as in Hubble", () => {
  expect(argsOf("observe")).toMatchObject({
    since: null,
    until: null,
    limit: { keep: "newest", count: 20 },
    json: false,
  });
});

test.each([
  ["flows", "observe"],
  ["observe -t drop", "observe --type drop"],
  ["observe -o jsonpb", "observe --json"],
  ["observe -j", "observe -o json"],
  ["observe --verdict dropped,forwarded", "observe --verdict DROPPED --verdict FORWARDED"],
  ["observe --type trace:to-endpoint", "observe --type trace:0"],
  ["observe -n kube-system", "observe ns/kube-system"],
])("%s is %s", (typed, other) => {
  expect(argsOf(typed)).toEqual(argsOf(other));
});

const lines = [
  "observe",
  "observe deathstar --since 5m --last 50",
  "observe -l org=empire --first 7 --until 12:00",
  "observe --all -o json --cluster prod-eu,prod-us",
  "observe --verdict DROPPED --verdict AUDIT --type trace:from-proxy --type drop:133 --type l7 --numeric",
  "observe --http-status 5+ --http-method GET --http-path '/v1/[a-z]+$' --http-path '/a,/b' --http-url '//shop/'",
  "observe --from-pod default/tiefighter --to-port 80 --protocol tcp --drop-reason-desc POLICY_DENIED --print-node-name",
  "observe --not --pod default/xwing --not --verdict FORWARDED --not --namespace kube-system --node-name k8s-*",
  "observe --not -l reserved:host --uuid 5db59e3d-0a5c-40c2-b8a5-257f84b18e45",
];

test.each(lines)("%s, written again, asks the same", (line) => {
  const args = argsOf(line);
  expect(argsOf(againLine(args))).toEqual(args);
});

test("--not turns the filter behind it around, and that one alone", () => {
  const args = argsOf("observe --pod default/a --not --pod default/b --port 80");
  expect(args.select.either).toEqual({ pod: ["default/a"], port: [80] });
  expect(args.not?.select.either).toEqual({ pod: ["default/b"] });
});

test("the flows behind an answer of drops", () => {
  const parsed = parseCommand("drops deathstar --since 1h --to-port 80 --reason 133 --cluster prod-us", options);
  if (!parsed.ok) throw new Error(parsed.say);
  const line = observeLine(parsed.args as Parameters<typeof observeLine>[0]);
  expect(line).toBe(
    "observe deathstar --verdict DROPPED --since 1h --to-port 80 --drop-reason-desc POLICY_DENIED --cluster prod-us",
  );
  expect(argsOf(line)).toMatchObject({
    select: { target: { name: "deathstar" }, to: { port: [80] }, reasons: [133] },
    conditions: { verdicts: [2] },
    since: { kind: "ago", ms: 3_600_000 },
    clusters: ["prod-us"],
  });
});

test.each([
  [
    "observe --first 5 --last 5",
    "--first: That does not go with --last. Type --first for the oldest flows or --last for the newest.",
  ],
  ["observe --all --last 5", "--all: That does not go with --last. Leave one of them out."],
  ["observe --all --first 5", "--all: That does not go with --first. Leave one of them out."],
  [
    "observe --since 5m --until 10m",
    "--until: That ends before it begins. Type the earlier time after --since, for example --since 2h --until 1h.",
  ],
  ["observe --since now", "--since: That is now. Type how long ago to begin, for example 15m."],
  ["observe --last 201", '--last: "201" does not fit. Type a whole number from 1 to 200.'],
  ["observe --verdict DROPED", '--verdict: "DROPED" is no verdict. Did you mean dropped?'],
  ["observe -t trac", '-t: "trac" is no event type. Did you mean trace?'],
  ["observe --type l7:x", "--type: l7 has no sub type of that name. Type l7 alone, or the sub type's number."],
  [
    "observe --http-status 4",
    '--http-status: "4" is no HTTP status. Type for example 403, or 5+ for all that begin with 5.',
  ],
  ["observe --http-method 'G T'", '--http-method: "G T" is no HTTP method. Type for example GET.'],
  [
    "observe --http-path '/(a|b)'",
    '--http-path: "/(a" has ( in it, which is not understood here. Type letters, . [classes] \\d \\w * + ? ^ $ and |, or put a backslash in front.',
  ],
  [
    "observe --http-status 403 --type drop",
    "--http-status: Only l7 events have that. Type --type l7, or leave out --type.",
  ],
  [
    "observe --http-path /v1 --protocol udp",
    "--http-path: Only HTTP has that. Type --protocol http, or leave out --protocol.",
  ],
  [
    "observe --reason 133 --verdict FORWARDED",
    "--reason: Only dropped flows have a reason. Type --verdict DROPPED, or leave out --verdict.",
  ],
  [
    "observe --reason 133 --type trace",
    "--reason: Only drop and policy-verdict events have a reason. Type --type drop, or leave out --type.",
  ],
  ["observe --port 80 --protocol icmp", "--port: icmp has no ports. Leave out the port, or the protocol."],
  ["observe -o dict", '-o: "dict" is no output format here. Type one of: json, jsonpb, compact.'],
  ["observe -o compact --json", "-o: That does not go with --json. Leave one of them out."],
  ["observe -o json --numeric", "--numeric: JSON has names and addresses anyway. Leave out --numeric, or -o json."],
  ["observe --uuid 5", '--uuid: "5" is no identifier of a flow. Type all of it, as -o json shows it.'],
  [
    "observe --not",
    "Nothing stands behind --not. Type it before each filter that must not hold, for example --not --pod default/xwing.",
  ],
  [
    "observe --not --since 5m",
    "--not cannot stand before --since. Type it before each filter that must not hold, for example --not --pod default/xwing.",
  ],
  [
    "observe --not --cluster prod-us",
    "--not cannot stand before --cluster. Type it before each filter that must not hold, for example --not --pod default/xwing.",
  ],
  [
    "observe --not --not --pod a",
    "--not cannot stand before --not. Type it before each filter that must not hold, for example --not --pod default/xwing.",
  ],
  ["observe --not --port http", '--not --port: "http" is no port. Type a number from 0 to 65535, for example 443.'],
  ["drops --not --pod a", 'drops has no flag "--not". Type help drops to see its flags.'],
])("%s", (text, say) => {
  expect(parseCommand(text, options)).toEqual({ ok: false, say });
});
