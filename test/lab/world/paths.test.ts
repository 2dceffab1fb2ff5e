/** The lab's planted ways to break, over the wire of the lab's Relay and API server: each named by `trace`, `why` and `dns`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { type Kubernetes as Api, createKubernetes as createApi } from "../../../src/lab/kubernetes/create.ts";
import { createRelay, type Relay } from "../../../src/lab/relay/create.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import type { Message } from "../../../src/message/message.ts";
import { messageText } from "../../../src/message/text.ts";
import { createHubble, type Hubble } from "../../../src/sources/hubble/client.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { HubbleQuestion, Outcome, Question } from "../../../src/sources/question.ts";

const now = Date.UTC(2026, 10, 20, 12);
const world = createWorld({
  ...{ seed: 7, now, steps: [{ step: "l3-l4", at: now - 20 * 60_000 }] },
  scenarios: ["paths", "webpod"],
});

let relay: Relay;
let api: Api;
let folder: string;
let hubble: Hubble;
let kubernetes: Kubernetes;
beforeAll(async () => {
  relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  api = await createApi({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  folder = await mkdtemp(join(tmpdir(), "paths-"));
  const kubeconfig = join(folder, "config");
  await writeFile(kubeconfig, api.kubeconfig());
  kubernetes = createKubernetes({ name: "lab", kubeconfig });
  await kubernetes.ready(AbortSignal.timeout(20_000));
  hubble = createHubble({
    ...{ name: "lab", address: relay.address, tls: { enabled: false } },
    resolve: kubernetes.resolve,
    workloadOf: kubernetes.workloadOf,
  });
});
afterAll(async () => {
  await hubble.close();
  await kubernetes.close();
  await relay.close();
  await api.close();
  await rm(folder, { recursive: true });
});

const asked = new Map<string, Promise<Outcome>>();

/** The same question twice has one answer here: time stands still. */
function outcomeOf(question: Question): Promise<Outcome> {
  const key = JSON.stringify(Object.entries(question).sort());
  const known = asked.get(key) ?? readOutcome(question);
  asked.set(key, known);
  return known;
}

async function readOutcome(question: Question): Promise<Outcome> {
  const signal = AbortSignal.timeout(30_000);
  const finding =
    question.source === "kubernetes"
      ? await kubernetes.answer(question, signal)
      : await hubble.answer(question as HubbleQuestion, signal);
  return { question, ms: 1, status: "ok", finding };
}

/** As the queue does it: rounds of questions until there is an answer. */
async function ask(
  text: string,
): Promise<{ readonly title: string; readonly tone: Message["tone"]; readonly words: string }> {
  const parsed = parseCommand(`${text} --since 10m`, { clusters: ["lab"], defaultCluster: "lab" });
  if (!parsed.ok) throw new Error(parsed.say);
  const outcomes: Outcome[] = [];
  for (let round = 0; round < 3; round++) {
    const { command, args, clusters } = parsed;
    const step = command.step({ args, askedAt: now, clusters, visible: {}, outcomes, round });
    if (!("answer" in step)) {
      outcomes.push(...(await Promise.all(step.ask.map(outcomeOf))));
      continue;
    }
    const { message } = step.answer;
    return { ...message, words: messageText(message, 20_000).replaceAll(/\s+/g, " ") };
  }
  throw new Error("the command still asks in its third round");
}

interface Planted {
  readonly pair: string;
  readonly trace: RegExp;
  /** The title; `body` stands below it. */
  readonly why: RegExp;
  readonly body?: RegExp;
  /** Of the source's lookups: what is wrong with the name, or that nothing is. */
  readonly dns: RegExp;
}

const planted: Readonly<Record<string, Planted>> = {
  "the path between the nodes is broken": {
    pair: "hoth/scout hoth/outpost:80",
    trace: /: (\d+) of \1 attempts leave the source's node and never arrive at k8s-w2$/,
    why: /is allowed: no policy applies to it, but (\d+) of \1 attempts leave the source's node and never arrive at k8s-w2$/,
    body: /look at the network between the nodes/,
    dns: /^(?!.*outpost)/,
  },
  "a service without endpoints": {
    pair: "hoth/scout svc/hoth/shield:80",
    trace: /: (\d+) of \1 attempts are dropped on k8s-w1: the service has no backend$/,
    why: /shield: (\d+) of \1 attempts are dropped on k8s-w1: the service has no backend$/,
    body: /Service backend not found.*kubectl get endpointslices/,
    dns: /^(?!.*shield)/,
  },
  "a policy on egress": {
    pair: "hoth/droid hoth/generator:80",
    trace: /: (\d+) of \1 attempts never leave k8s-w1: dropped there on egress \(policy denied\)$/,
    why: /is denied on egress: port 80 asked, droid-egress allows 53/,
    body: /That agrees with the policies\..*Both sides: (\d+) of \1 attempts never leave k8s-w1/,
    dns: /^(?!.*generator)/,
  },
  "a policy on ingress": {
    pair: "default/xwing default/deathstar:80",
    trace: /: (\d+) of \1 attempts arrive at k8s-w1 and k8s-w2 and are dropped there \(policy denied\)$/,
    why: /is denied on ingress: rule1 admits org=empire; default\/xwing has org=alliance$/,
    body: /Both sides: (\d+) of \1 attempts arrive at k8s-w1 and k8s-w2 and are dropped there/,
    dns: /none failed.*deathstar\.default\.svc\.cluster\.local/,
  },
  "RST by a closed port": {
    pair: "hoth/scout hoth/generator:8080",
    trace: /: (\d+) of \1 attempts are refused by the destination \(RST: nothing listens there\)$/,
    why: /is allowed: no policy applies to it, but (\d+) of \1 attempts are refused by the destination/,
    body: /Look whether the process listens on that port/,
    dns: /^(?!.*generator)/,
  },
  "a DNS answer whose TTL has expired": {
    pair: "hoth/droid holonet.example.org:443",
    trace:
      /: \d+ of \d+ attempts are dropped on k8s-w1 \(policy denied\), up to 15s after the TTL of holonet\.example\.org ended$/,
    why: /is allowed by droid-egress, but \d+ packets were denied, the last after its DNS answer expired$/,
    body: /to 198\.51\.100\.7:443\/TCP.*with TTL 5s: expired 1[56]s before the last of them\. cnp hoth\/droid-egress \(spec\.egress\[1\]\) admits the name.*--to-ip 198\.51\.100\.7/,
    // The lookups themselves are fine: it is the program that does not repeat them.
    dns: /none failed.*holonet\.example\.org \| A \| (\d+) \| NOERROR \1 \| 5s(, ended \d+s ago)?/,
  },
  "a name that nobody has, along the search path": {
    pair: "hoth/scout tauntaun.example.org:443",
    trace: /: the name is not found, so nothing connects: no such name \(NXDOMAIN\), (\d+) of \1 answers$/,
    why: /but its name is not found: no such name \(NXDOMAIN\), (\d+) of \1 answers$/,
    body: /no connection was attempted, because the name is not found/,
    dns: /tauntaun\.example\.org \(tried as 4 names\): no server knows that name/,
  },
  "a search path before a name that there is": {
    pair: "default/curl-pod www.example.com:443",
    trace: /: (\d+) of \1 attempts never leave k8s-ctr: dropped there on egress \(policy denied\)$/,
    why: /is denied on egress: port 443 asked, l7-visibility allows 53/,
    body: /Both sides: (\d+) of \1 attempts never leave k8s-ctr/,
    dns: /search-path noise: before www\.example\.com was found, www\.example\.com\.default\.svc\.cluster\.local was tried/,
  },
};

describe("each planted way to break is named", () => {
  test.each(Object.entries(planted))("%s", { timeout: 60_000 }, async (_, { pair, trace, why, body, dns }) => {
    const traced = await ask(`trace ${pair}`);
    expect(traced.title).toMatch(trace);
    expect(traced.tone).toBe("bad");
    const asked = await ask(`why ${pair}`);
    expect(asked.title).toMatch(why);
    expect(asked.tone).toBe(pair.includes("holonet") ? "warn" : "bad");
    if (body !== undefined) expect(asked.words).toMatch(body);
    const looked = await ask(`dns ${pair.split(" ")[0] ?? ""}`);
    expect(looked.words).toMatch(dns);
  });

  test("and what is fine is not named broken", { timeout: 60_000 }, async () => {
    const fine = await ask("why hoth/scout hoth/generator:80");
    expect(fine).toMatchObject({
      tone: "good",
      title: expect.stringMatching(/is allowed: no policy applies to it$/) as string,
    });
    expect(fine.words).toMatch(/Both sides: (\d+) of \1 attempts are established\./);
  });
});
