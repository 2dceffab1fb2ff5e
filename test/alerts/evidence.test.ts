import { expect, test } from "vitest";
import { evidenceOf, targetOf } from "../../src/alerts/evidence.ts";
import type { Alert } from "../../src/alerts/notification.ts";
import { parseCommand } from "../../src/commands/grammar.ts";

const now = Date.UTC(2026, 10, 20, 3);
const alert = (labels = {}, annotations = {}, startsAt = now - 60_000): Alert => ({
  ...{ fingerprint: "f", firing: true, labels, annotations, startsAt, endsAt: 0, generatorUrl: "" },
});
const ask = (...alerts: readonly Alert[]) => evidenceOf(alerts, "lab", now);

test.each<[Readonly<Record<string, string>>, string]>([
  [{ namespace: "payments", pod: "api-5d9f-x" }, "pod/payments/api-5d9f-x"],
  [{ namespace: "payments", workload: "api" }, "payments/api"],
  [{ namespace: "payments", deployment: "api", pod: "api-1" }, "deploy/payments/api"],
  [{ destination_namespace: "payments", destination_workload: "api" }, "payments/api"],
  [{ namespace: "payments", service: "api" }, "svc/payments/api"],
  [{ namespace: "payments" }, "ns/payments"],
  [{ namespace: "kube-system", pod: "cilium-x7k2p", k8s_app: "cilium" }, ""],
  [{ namespace: "kube-system", pod: "cilium-x7k2p", node: "worker-1" }, "--node worker-1"],
  [{ pod: "api-1" }, ""],
  [{ namespace: "pay ments --all", pod: "x" }, ""],
  [{ namespace: "$(rm)", workload: "`id`" }, ""],
])("labels %j: look at %j", (labels, where) => {
  expect(targetOf(labels).where).toBe(where);
});

test("the reason comes in the agent's words or Hubble's", () => {
  expect(targetOf({ reason: "Policy denied" }).why).toBe("--reason POLICY_DENIED");
  expect(targetOf({ reason: "POLICY_DENIED" }).why).toBe("--reason POLICY_DENIED");
  expect(targetOf({ reason: "no such reason" }).why).toBe("");
});

test("it begins five minutes before the first alert, at most an hour back", () => {
  expect(ask(alert({ namespace: "a" }), alert({}, {}, now - 120_000)).summary).toBe(
    "drops ns/a --since 2026-11-20T02:53:00Z --cluster lab",
  );
  expect(ask(alert({ namespace: "a" }, {}, now - 86_400_000)).summary).toContain("--since 2026-11-20T02:00:00Z");
});

test("the file has all flows of a place, and only dropped ones of a whole cluster", () => {
  expect(ask(alert({ namespace: "a", reason: "Policy denied" })).file).toBe(
    "capture ns/a --since 2026-11-20T02:54:00Z --cluster lab --for 30s",
  );
  expect(ask(alert({ reason: "Policy denied" })).file).toContain("capture --verdict DROPPED --since");
});

test("an annotation says what to ask, as far as it only looks", () => {
  const authored = (cilium_chatops: string) => ask(alert({ namespace: "a" }, { cilium_chatops })).summary;

  expect(authored("drops default/deathstar")).toBe(
    "drops default/deathstar --since 2026-11-20T02:54:00Z --cluster lab",
  );
  expect(authored("drops deathstar --since 15m")).toBe("drops deathstar --since 15m --cluster lab");
  for (const text of ["query up", "cancel x", "capture", "drops --cluster other", "rm -rf /", "", "x".repeat(500)])
    expect(authored(text)).toContain("drops ns/a");
  expect(ask(alert({}, { cilium_chatops: "drops default/deathstar" })).file).toContain(
    "capture default/deathstar --since",
  );
});

test("whatever the labels are, the lines are commands", () => {
  const words = [
    "payments",
    "",
    "--all",
    "'",
    '"',
    "a b",
    "ns/x",
    "\u202e",
    "x".repeat(300),
    "-l a=b",
    "kube-system",
    "10.0.0.1",
  ];
  const names = ["namespace", "pod", "workload", "deployment", "service", "node", "reason", "cluster"];
  for (let n = 0; n < 2_000; n++) {
    const labels = Object.fromEntries(
      names.map((label, at) => [label, words[(n * (at + 3) + at * at * 7) % words.length] ?? ""]),
    );
    const { summary, file } = ask(alert(labels));
    for (const line of [summary, file])
      expect([line, parseCommand(line, { clusters: ["lab"], defaultCluster: "lab" }).ok]).toEqual([line, true]);
  }
});
