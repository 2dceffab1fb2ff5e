/**
 * Scripted days of a whole cluster: metrics in a real Prometheus, sketches and changes in a real Redis, objects behind an API server, drops in a file as
 * Hubble's exporter writes it; asked for as in chat, by the sources that the program has. What is expected is added up by hand from the plans under
 * test/support/days: nothing of it is what our code said.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { acknowledge } from "../../src/alerts/acts.ts";
import type { Incident } from "../../src/alerts/incident.ts";
import type { DigestItem } from "../../src/analysis/digest/item.ts";
import { dayMs, hourMs } from "../../src/analysis/sketch/hour.ts";
import { findProgram } from "../../src/lab/programs/find.ts";
import { type StartedPrometheus, startPrometheus } from "../../src/lab/programs/prometheus.ts";
import type { AnswerDocument, Delivery } from "../../src/message/delivery.ts";
import { messageText } from "../../src/message/text.ts";
import { createDigestAlerts } from "../../src/queue/effects-digest-alerts.ts";
import { createSketches } from "../../src/recorder/edges-history.ts";
import { answerEdges } from "../../src/sources/edges/answer.ts";
import { openRecordedHubble } from "../../src/sources/hubble/recorded.ts";
import { createPrometheus } from "../../src/sources/prometheus/prometheus.ts";
import type { Source } from "../../src/sources/question.ts";
import { createIncidents } from "../../src/store/incidents.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { ended, fires, notified } from "../alerts/incidents.ts";
import { cluster, nine, prefix, writeHours } from "../sources/edges/days.ts";
import { historyText } from "../sources/prometheus/ranking-history.ts";
import { asked, courses, nodes, span } from "../support/days/metrics.ts";
import { recordedText } from "../support/days/recorded.ts";
import { told, weekOf } from "../support/days/told.ts";
import { scriptedHours } from "../support/days/traffic.ts";
import { watchDays } from "../support/days/watching.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let program: StartedPrometheus;
let folder = "";
beforeAll(async () => {
  const say = () => undefined;
  const [prometheus, promtool] = await Promise.all([
    findProgram("prometheus", { say }),
    findProgram("promtool", { say }),
  ]);
  const history = () => historyText(courses, span);
  [server, program, folder] = await Promise.all([
    startTestRedis(),
    startPrometheus({ prometheus, promtool, targets: [], history, keepHours: 240 }),
    mkdtemp(join(tmpdir(), "digest-days-")),
  ]);
  redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 15_000);
}, 90_000);
afterEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await program.close();
  await closeRedis(redis);
  await server[Symbol.asyncDispose]();
});

interface Lacks {
  /** Whether sketches are kept. */
  readonly recorder: boolean;
  /** In the last one nobody watches. */
  readonly night: boolean;
  /** Asked so many days earlier. */
  readonly back: number;
}

/** `digest now` through the queue's own workers, five minutes after the last of the hours that are kept. */
async function digest(last: "none" | "planted", { recorder = true, night = false, back = 0 }: Partial<Lacks> = {}) {
  const askedAt = (last === "planted" ? asked : asked - dayMs) - back * dayMs;
  const hours = scriptedHours(last);
  await writeHours(redis, hours);
  const file = join(folder, `${randomUUID()}.jsonl`);
  await writeFile(file, recordedText(hours));
  await using watched = await watchDays(redis, prefix, last, night);
  const flows = await openRecordedHubble({ file });
  const history = recorder ? createSketches(redis, prefix) : undefined;
  const hubble: Source = async (question, signal, running) =>
    question.ask === "edges"
      ? await answerEdges({ history, clock: () => askedAt }, question, signal)
      : await (flows.answer as Source)(question, signal, running);
  const prometheus = createPrometheus({ name: cluster, url: program.url }).answer as Source;
  const kubernetes = watched.kubernetes.answer as Source;
  const incidents = createIncidents<Incident>(redis, prefix);
  // Of the last day: what a digest of the day before has nothing to do with.
  const incident = noisy();
  await incidents.write(incident.key, incident, "");
  const shown: Delivery[] = [];
  const platforms = [{ name: "slack", post: async (delivery: Delivery) => void shown.push(delivery) }];
  const options = { platforms, digestAlerts: createDigestAlerts(incidents) };
  await using queue = await startQueue(server.url, { hubble, prometheus, kubernetes }, options);
  await queue.send({
    ...{ key: randomUUID(), conversation: incident.conversation, text: "digest now", askedAt, clusters: [cluster] },
    ...{ visible: {}, place: {}, repeats: false, patienceMs: 20_000 },
  });
  const answers = () => shown.filter(({ kind }) => kind === "answer");
  const answer = () => answers()[0]?.answer;
  const inThread = () => answers().slice(1);
  const alerts = last === "planted" ? 1 : 0;
  const complete = () => answer() && inThread().length - (answer()?.details?.length ?? 0);
  await expect.poll(complete, { timeout: 40_000 }).toBe(alerts);
  await flows.close();
  const document = answer() as AnswerDocument;
  const result = document.result as { readonly items: readonly DigestItem[]; readonly [name: string]: unknown };
  const thread = inThread().map(({ message }) => messageText(message, 10_000));
  return { answer: document, result, thread: thread.join("\n"), text: messageText(document.message, 10_000) };
}

/** Fires at six in the evening for half an hour, and ann looks after it. */
function noisy(): Incident {
  const at = nine - 15 * hourMs;
  const opened = notified(undefined, at, [fires("ledger", at)]);
  const seen = acknowledge(opened, { by: { name: "ann", at: at + 60_000 }, command: "noisy" });
  return notified(seen, at + hourMs / 2, [ended(at + hourMs / 2, "ledger", at)]);
}

const others = nodes.slice(0, 9);
const sourcesOf = ({ sources }: AnswerDocument) =>
  Object.fromEntries(sources.map(({ name, status }) => [name, status]));

test("a last day with differences of every kind: the digest names these and nothing else", async () => {
  const { answer, result, thread, text } = await digest("planted");

  expect(result.items.map((item) => told(item, asked)).sort()).toEqual([
    // The tenth was not scraped any more after ten.
    "agents 9 of 10",
    "changed CiliumNetworkPolicy shop/ledger: changed 11-19T11:00 by kustomize-controller: ingress port 5433/TCP removed",
    "changed CiliumNetworkPolicy shop/quota: created 11-19T13:00 by kubectl-client-side-apply: selects app=cart, ingress from app=web, ingress port 99999/TCP",
    "changed CiliumNetworkPolicy shop/retired: deleted 11-19T15:00 by null: selects app=cart, ingress from app=web, ingress port 80/TCP",
    "changed ConfigMap kube-system/cilium-config: changed 11-19T17:00 by helm: enable-policy default → always",
    "changed Namespace /crm: changed 11-19T18:00 by argocd: label tier=usual → tier=gold",
    "changed Node /k8s-w10: changed 11-19T10:00 by null: not ready (no word from it)",
    // 10 and 2 an hour. What was before is brought to nine of ten nodes in the one hour in which one was not followed: 47.8.
    "drops namespace billing: more, 240 of 48, usually 48, by flows",
    "drops namespace crm: more, 240 of 48, usually 48, by flows",
    "drops reason CT_MAP_INSERTION_FAILED: first, 300 of 0, by counters",
    "drops reason FIB_LOOKUP_FAILED: gone, 0 of 200, by counters",
    "drops reason HTTP: more, 240 of 48, usually 48, by flows",
    "drops reason POLICY_DENY: more, 1440 of 288, by counters",
    "drops reason SERVICE_BACKEND_NOT_FOUND: less, 60 of 600, by counters",
    "endpoints 2 not-ready, 1 waiting-for-identity of 0",
    // Six in each of two hours; kept since the third of November.
    "firstDrop shop/web → bank/vault:8443 POLICY_DENIED: 12 since 11-20T07:01, none in 16 days",
    // With 200s: 2,880 and 14,400.
    "httpErrors bank/ledger: more, 480 of 48, of 3360 answers",
    "httpErrors shop/cart: first, 240 of 0, of 14640 answers",
    "invalidPolicy CiliumNetworkPolicy shop/quota: invalid port 99999",
    // One an hour, and four hundred more in one of them.
    "lost 424 of 24",
    "map ct4_global on k8s-w4: 0.93, full never",
    // From 0.5 to 0.74 in 24 hours: 0.26 more take 26.
    "map lb4_services_v2 on k8s-w5: 0.74, full 26 h later",
    "newEdge shop/web → shop/search:9200: 4 since 11-19T16:01",
    "nodes 9 of 10",
    "unmatchedPolicy CiliumNetworkPolicy shop/forgotten: last 11-05T12:01",
    `unreachable 9 of 10: ${others.map((node) => `${node} 1+1`).join(" ")}, suspect k8s-w10`,
    // Not sure: it may have been on the node that was not followed.
    "unsure vanishedEdge shop/web → shop/legacy:8080: 24, last 11-19T08:01",
  ]);
  // 1,440 policy denied as ever, and 1,440 + 300 + 60; the day before 1,440 + 288 + 600 + 200. Noise: 43,200 + 8 × 1,440,
  // and one a minute until the tenth agent's last scrape, 58 minutes after the day began.
  expect(result).toMatchObject({ quiet: false, sure: true, folded: 0, packets: 3_240, packetsBefore: 2_528 });
  expect(result).toMatchObject({ noise: { reasons: ["UNSUPPORTED_L3_PROTOCOL"], packets: 54_778 }, unknown: [] });
  expect(sourcesOf(answer)).toEqual({ hubble: "ok", kubernetes: "ok", prometheus: "ok" });
  expect(answer.message.title).toBe(
    "lab: 1 of 10 agents missing, 9 nodes cannot reach others, ct4_global on k8s-w4 is 93% full and more",
  );
  expect(text).toContain("54,778 packets of normal noise");
  expect(thread).toContain("Some operations fail: ct4_global update on k8s-w4 (about 12 an hour).");
  // Fewer errors are in the table alone.
  expect(thread).toContain("shop/web | 0 | 96 | 0%");
  // Three a minute, and 7.5 a minute in eighty of them.
  expect(thread).toMatch(/^Non-Existent Domain \| A \| k8s-w2 \| 4,320$/m);
  expect(thread).toMatch(/^Server Failure \| A \| k8s-w3 \| 600$/m);
  expect(thread.indexOf("Non-Existent Domain | A")).toBeLessThan(thread.indexOf("Server Failure | A"));
  expect(text).toContain("9 of 10 nodes cannot reach one other: look at k8s-w10");
  // The items' numbers are the tables'.
  expect(thread).toMatch(/^\* billing \| 240 \| 48 \| 48$/m);
  // One of ten nodes for one of 24 hours.
  expect(text).toContain("Traffic was observed 99.5% of the time (the day before 100%).");
  expect(thread).toContain("Noisiest alert here: Drops · default/ledger, 2 changes");
  expect(thread).toMatch(/\| ann \| /);
  // Six days as ever and the last one. Columns are of pictures' points, which even out what changes between two of them.
  const week = weekOf(answer);
  const counts = {
    ...{ "Policy denied": 7 * 1_440, "Policy denied by denylist": 6 * 288 + 1_440, "FIB lookup failed": 6 * 200 },
    ...{ "Service backend not found": 6 * 600 + 60, "CT: Map insertion failed": 300 },
  };
  const isOff = ([reason, count]: readonly [string, number]) => !(Math.abs((week[reason] ?? 0) / count - 1) < 0.02);
  expect(Object.entries(counts).filter(isOff)).toEqual([]);
  expect(Object.keys(week)).toHaveLength(5);
}, 90_000);

test("the same day without a recorder and with a night that nobody watched: counters tell what was lost, and the digest when it was blind", async () => {
  const { answer, result, text, thread } = await digest("planted", { recorder: false, night: true });

  const kinds = result.items.map((item) => told(item, asked));
  // The agents': 24 a day, and 720 on the last one.
  expect(kinds).toContain("lost 720 of 24");
  expect(kinds.filter((one) => /^(unsure )?(nodes|firstDrop|newEdge|vanishedEdge)/.test(one))).toEqual([]);
  expect(kinds).toContain("drops reason POLICY_DENY: more, 1440 of 288, by counters");
  expect(text).toContain("720 events lost before anybody could see them (24 the day before)");
  const blind = "Changes between 01:10 and 05:40 UTC were not watched: of those only how they came out is known.";
  expect(result["unknown"]).toContain(blind);
  expect(`${text}${thread}`).toContain(blind);
  expect(sourcesOf(answer)).toMatchObject({ kubernetes: "ok", prometheus: "ok" });
}, 90_000);

test("a day before which nothing was measured: HTTP errors are not compared, and the digest says so", async () => {
  // Prometheus has three days and an hour, and this is the first of them.
  const { result, thread } = await digest("none", { back: 1 });

  expect(result.items.filter(({ kind }) => kind === "httpErrors")).toEqual([]);
  expect(result).toMatchObject({ sure: false });
  expect(JSON.stringify(result["unknown"])).toMatch(
    /HTTP errors are not compared: Prometheus has \d% of the day before\. /,
  );
  expect(thread).toMatch(/^bank\/ledger \| 48 \| \? \| /m);
}, 90_000);

test("a day like the one before: nothing changed, in three lines, and nothing is unknown", async () => {
  const { answer, result } = await digest("none");

  expect(result).toMatchObject({ items: [], folded: 0, quiet: true, sure: true, unknown: [] });
  expect(result).toMatchObject({ packets: 2_528, packetsBefore: 2_528, noise: { packets: 14_400 } });
  expect(sourcesOf(answer)).toEqual({ hubble: "ok", kubernetes: "ok", prometheus: "ok" });
  expect(answer.message.title).toBe("lab: nothing changed since yesterday");
  expect(answer.message.blocks.map((block) => ("text" in block ? block.text : block.kind))).toEqual([
    "2,528 packets dropped, 2,528 the day before; 240 connections opened, 240 the day before.",
    "Traffic was observed 100% of the time (the day before 100%). Left out: 14,400 packets of normal noise (1 reason).",
  ]);
  expect(answer.details ?? []).toEqual([]);
}, 90_000);
