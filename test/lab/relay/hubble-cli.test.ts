/** The real hubble CLI against the lab's relay: what a person at a terminal sees. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findBinary } from "../../../src/lab/programs/path.ts";
import {
  enumText,
  messageType,
  type Timestamp,
  timestampMs,
  type WireEndpoint,
  type WireFlow,
  type WireService,
} from "../../../src/sources/hubble/wire.ts";
import { minute, now, starWars } from "../world/worlds.ts";
import { startRelay, type TestRelay } from "./relays.ts";

const hubble = findBinary("hubble", process.env);

if (hubble === undefined) process.stderr.write("hubble is not on PATH: its tests are skipped\n");
const withHubble = test.runIf(hubble !== undefined);

withHubble("status tells the relay's health, rings and nodes", async () => {
  await using lab = await startRelay({ ringCapacity: 1000 });
  const seen = allFlows(lab).length;
  const lastMinute = allFlows(lab, now - minute).length;
  const lines = await output(lab, "status");
  expect(lines.toSpliced(2, 1)).toEqual([
    `Healthcheck (via ${lab.relay.address}): Ok`,
    "Current/Max Flows: 3,000/3,000 (100.00%)",
    "Connected Nodes: 3/3",
  ]);
  // Before 0.13 the CLI divides what was seen by the uptime, later ones read the relay's rate of the last minute.
  expect([seen / (24 * 60), lastMinute / 60].map((rate) => `Flows/s: ${rate.toFixed(2)}`)).toContain(lines[2]);
});

withHubble("list nodes tells each node's state, age, rate and ring", async () => {
  await using lab = await startRelay({ ringCapacity: 1000 });
  await lab.relay.setFaults({ unavailableNodes: ["k8s-w1"] });
  const version = "cilium v1.19.4";
  const ring = (node: string) => {
    const rate = (lab.world.flows(node, 0, now).length / (24 * 60)).toFixed(2);
    return ["24m0s", rate, "1000/1000 (100.00%)"];
  };
  const rows = (await output(lab, "list", "nodes", "-o", "wide")).map((line) => line.trimEnd().split(/ {2,}/));
  expect(rows).toEqual([
    ["NAME", "STATUS", "AGE", "FLOWS/S", "CURRENT/MAX-FLOWS", "VERSION", "ADDRESS", "TLS"],
    ["k8s-ctr", "Connected", ...ring("k8s-ctr"), version, "192.168.10.100:4244", "Enabled"],
    ["k8s-w1", "Unavailable", "N/A", "N/A", "N/A", "N/A", "192.168.10.101:4244", "Enabled"],
    ["k8s-w2", "Connected", ...ring("k8s-w2"), version, "192.168.10.102:4244", "Enabled"],
  ]);
});

withHubble("status and observe name the node that does not answer", async () => {
  await using lab = await startRelay();
  await lab.relay.setFaults({ unavailableNodes: ["k8s-w1"] });
  const health = await output(lab, "status");
  expect(health.slice(3).join("\n")).toBe("Connected Nodes: 2/3\nUnavailable Nodes: 1\n  - k8s-w1");
  const { stdout, stderr } = await start(lab, "observe", "--last", "1", "--print-node-name").ended;
  expect(stderr).toMatch(/^\w{3} .+ \[hubble-relay-\S+\]: 1 nodes are unavailable: k8s-w1\n$/);
  const nodes = linesOf(stdout).map((line) => /\[(.+?)\]/.exec(line)?.[1]);
  expect(new Set(nodes)).toEqual(new Set(["k8s-ctr", "k8s-w2"]));
});

withHubble("observe prints the last flows of each node", async () => {
  await using lab = await startRelay();
  const lines = await output(lab, "observe", "--last", "20");
  expectLines(lines, last(lab, 20));
  expect(lines).toHaveLength(60);
});

withHubble("observe -o json prints the flows as they are", async () => {
  await using lab = await startRelay();
  const lines = await output(lab, "observe", "--last", "200", "-o", "json");
  const printed = lines.map((line) => plain(unnamed(JSON.parse(line).flow) as WireFlow));
  const ofNodes = lab.world.nodes.flatMap(({ name }) => printed.filter(({ nodeName }) => nodeName === name));
  expect(ofNodes).toHaveLength(600);
  // Not the other way round: a CLI older than the relay leaves out the fields that it does not know.
  expect(last(lab, 200).map(plain)).toMatchObject(ofNodes);
  const always = ["IP", "Summary", "Type", "eventType", "source", "destination", "time", "verdict"];
  expect(printed.filter((flow) => always.some((field) => !Object.hasOwn(flow, field)))).toEqual([]);
});

withHubble("observe --type drop prints drop events and not their policy verdicts", async () => {
  await using lab = await startRelay();
  const lines = await output(lab, "observe", "--type", "drop", "--last", "30");
  const drops = last(lab, 30, isDrop);
  expectLines(lines, drops);
  const types = lines.map((line) => /\) (\w[\w ]+) DROPPED \(/.exec(line)?.[1]);
  expect(new Set(types)).toEqual(new Set(["Policy denied", "Unsupported L3 protocol"]));
  const denied = drops.filter(({ dropReasonDesc }) => dropReasonDesc === 133);
  expect(types.filter((type) => type === "Policy denied")).toHaveLength(denied.length);
});

withHubble("observe --pod prints what the pods of a name prefix send and receive", async () => {
  await using lab = await startRelay();
  const lines = await output(lab, "observe", "--pod", "default/deathstar", "--last", "50");
  const flows = last(lab, 50, ({ source, destination }) => [source, destination].some(isDeathstar));
  expectLines(lines, flows);
  expect(flows.length).toBe(100);
  expect(new Set(flows.map(({ source }) => isDeathstar(source)))).toEqual(new Set([true, false]));
});

withHubble("observe --since prints everything since then by the clock of the CLI", async () => {
  const present = Date.now();
  const world = starWars({ now: present, steps: [{ step: "l7", at: present - 8 * minute }] });
  await using lab = await startRelay({ world, clock: () => present });
  const flowsSince = (from: number) => allFlows(lab, from - 10 * minute, present).toSorted(byTime);
  const [before, lines, after] = [Date.now(), await output(lab, "observe", "--since", "10m"), Date.now()];
  expectLines(lines, flowsSince(before).slice(-lines.length));
  expect(lines.length).toBeGreaterThanOrEqual(flowsSince(after).length);
  expect(flowsSince(after).length).toBeGreaterThan(5000);
});

withHubble("observe --follow prints what happens until it is interrupted, and leaves no call open", async () => {
  await using lab = await startRelay();
  const following = start(lab, "observe", "--follow", "--type", "drop", "--last", "1");
  expectLines(await following.shows(3), last(lab, 1, isDrop));
  const news = allFlows(lab, now, now + minute).filter(isDrop);
  lab.setTime(now + minute);
  expectLines((await following.shows(3 + news.length)).slice(3), news);
  expect(news.length).toBeGreaterThan(10);
  expect(lab.relay.openCalls()).toBe(1);
  following.interrupt();
  await following.ended;
  await expect.poll(() => lab.relay.openCalls()).toBe(0);
});

withHubble("observe --follow ends with an error when the relay goes away, and status is refused", async () => {
  await using lab = await startRelay();
  const following = start(lab, "observe", "--follow", "--type", "drop", "--last", "1");
  await following.shows(3);
  await lab.relay.setFaults({ refuse: true });
  expect(await following.ended).toMatchObject({ code: 1, stderr: expect.stringContaining("code = Unavailable") });
  expect(lab.relay.openCalls()).toBe(0);
  const refused = { code: 1, stdout: "", stderr: expect.stringContaining("connection refused") };
  expect(await start(lab, "status").ended).toEqual(refused);
});

interface Running {
  /** What it has printed, as soon as it is so many lines. */
  readonly shows: (count: number) => Promise<string[]>;
  readonly interrupt: () => void;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** The lines of a command that succeeds. */
async function output(lab: TestRelay, ...words: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await start(lab, ...words).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return linesOf(stdout);
}

/** Without an input: old ones read flows from there when it is a pipe. */
function start(lab: TestRelay, ...words: readonly string[]): Running {
  const args = [...words, "--server", lab.relay.address];
  const child = spawn(hubble ?? "", args, { env: environment(), stdio: ["ignore", "pipe", "pipe"], timeout: 20_000 });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(() => ({ code: child.exitCode, stdout, stderr }));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    async shows(count) {
      await expect.poll(() => linesOf(stdout).length, { timeout: 4000 }).toBeGreaterThanOrEqual(count);
      return linesOf(stdout);
    },
    interrupt: () => child.kill("SIGINT"),
    ended,
  };
}

/** A home of its own: a person's configuration of the CLI must not count here. */
function environment(): NodeJS.ProcessEnv {
  const home = mkdtempSync(join(tmpdir(), "lab-hubble-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return { PATH: process.env["PATH"], HOME: home };
}

/** Whole lines only: the last one may still be under way. */
function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

function allFlows({ world }: TestRelay, from = 0, to = now): WireFlow[] {
  return world.nodes.flatMap(({ name }) => world.flows(name, from, to).map(({ flow }) => flow ?? {}));
}

/** The last flows of each node, as the relay counts. */
function last(lab: TestRelay, count: number, matches: (flow: WireFlow) => boolean = () => true): WireFlow[] {
  const flows = allFlows(lab).filter(matches);
  return lab.world.nodes.flatMap(({ name }) => flows.filter(({ nodeName }) => nodeName === name).slice(-count));
}

function byTime(left: WireFlow, right: WireFlow): number {
  return timestampMs(left.time ?? {}) - timestampMs(right.time ?? {});
}

/** The same lines but for their types, in whatever order: the relay does not promise one. */
function expectLines(lines: readonly string[], flows: readonly WireFlow[]): void {
  const sorted = (list: readonly string[]) =>
    list.toSorted((left, right) => Number(left > right) - Number(left < right));
  expect(sorted(lines.map(withoutType))).toEqual(sorted(flows.map(lineOf)));
}

function isDrop({ eventType }: WireFlow): boolean {
  return eventType?.type === 1;
}

function isDeathstar(end: WireEndpoint | null | undefined): boolean {
  return end?.namespace === "default" && (end.podName?.startsWith("deathstar") ?? false);
}

/** `TIME: SRC (ID) ARROW DST (ID) VERDICT (SUMMARY)`: a line in the CLI's compact form without its TYPE. */
function lineOf(flow: WireFlow): string {
  const ports = flow.l4?.TCP ?? flow.l4?.UDP;
  const { source, destination, sourceService, destinationService, sourceNames, destinationNames, IP, isReply } = flow;
  const from = endOf(source, sourceService, sourceNames, IP?.source, ports?.sourcePort);
  const to = endOf(destination, destinationService, destinationNames, IP?.destination, ports?.destinationPort);
  const reply = isReply?.value ?? false;
  const [left, right] = reply ? [to, from] : [from, to];
  const arrow = reply ? "<-" : isReply ? "->" : "<>";
  return `${stampOf(flow.time ?? {})}: ${left} ${arrow} ${right} ${verdictOf(flow)} (${flow.Summary})`;
}

function withoutType(line: string): string {
  return line.replace(/^(.*? (?:<-|->|<>) \S+ \([^)]*\)) .*? ([A-Z]+ \()/, "$1 $2");
}

const identities = "unknown host world unmanaged health init remote-node kube-apiserver".split(" ");

function endOf(
  end: WireEndpoint | null | undefined,
  service: WireService | null | undefined,
  names: readonly string[] | undefined,
  ip: string | undefined,
  port: number | undefined,
): string {
  const identity = end?.identity ?? 0;
  const pod = end?.podName && `${end.namespace}/${end.podName}`;
  const host = pod || (service?.name && `${service.namespace}/${service.name}`) || names?.join(",") || ip;
  return `${host}${port ? `:${port}` : ""} (${identities[identity] ?? `ID:${identity}`})`;
}

function stampOf({ seconds = 0, nanos = 0 }: Timestamp): string {
  const [, day, month, , clock] = new Date(seconds * 1000).toUTCString().split(/,? /);
  const fraction = String(Math.floor(nanos / 1e6)).padStart(3, "0");
  return `${month} ${String(Number(day)).padStart(2)} ${clock}.${fraction}`;
}

function verdictOf({ verdict = 0, eventType }: WireFlow): string {
  const name = enumText("Verdict", verdict);
  const ofPolicy: Readonly<Record<string, string>> = { FORWARDED: "ALLOWED", REDIRECTED: "ALLOWED", DROPPED: "DENIED" };
  return (eventType?.type === 5 && ofPolicy[name]) || name;
}

/** With the fields that are set, enums as numbers. */
function plain(flow: WireFlow): WireFlow {
  const type = messageType("flow.Flow");
  return type.toObject(type.fromObject(flow));
}

/** From protobuf's own JSON to what the codec takes; it reads names of enum values and numbers in quotes by itself. */
function unnamed(value: unknown, key = ""): unknown {
  if (key === "time") return timestampOf(String(value));
  if (key === "is_reply") return { value };
  if (Array.isArray(value)) return value.map((each) => unnamed(each));
  if (typeof value !== "object" || value === null) return value;
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), unnamed(each, name)]));
}

function timestampOf(text: string): Timestamp {
  const [, second, fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(text) ?? [];
  return { seconds: Date.parse(`${second}Z`) / 1000, nanos: Number(fraction.padEnd(9, "0")) };
}
