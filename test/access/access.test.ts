import { expect, test } from "vitest";
import { type Binding, bindingsFor, clustersOf, noBinding, permit } from "../../src/access/access.ts";

const binding = (match: string, rest: Partial<Binding> = {}): Binding => ({
  match,
  clusters: ["prod-eu"],
  namespaces: ["*"],
  commands: ["*"],
  ...rest,
});

const matches = (match: string, conversation: string, direct = false) =>
  bindingsFor([binding(match)], { conversation, direct }).length === 1;

test.each([
  ["slack:C1", "slack:T1/C1", true],
  ["slack:T1/C1", "slack:T1/C1", true],
  ["slack:*", "slack:T1/C1", true],
  ["teams:19:abc@thread.tacv2", "teams:tenant/19:abc@thread.tacv2", true],
  ["teams:19:abc@thread.tacv2", "teams:19:abc@thread.tacv2", true],
  ["teams:tenant/19:a/b@thread.tacv2", "teams:tenant/19:a/b@thread.tacv2", true],
  ["teams:19:a/b@thread.tacv2", "teams:tenant/19:a/b@thread.tacv2", true],
  ["teams:*", "teams:tenant/19:abc@thread.tacv2", true],
  ["slack:C1", "slack:T1/C12", false],
  ["slack:C12", "slack:T1/C1", false],
  ["slack:c1", "slack:T1/C1", false],
  ["slack:T2/C1", "slack:T1/C1", false],
  ["slack:T1", "slack:T1/C1", false],
  ["slack:dm", "slack:T1/C1", false],
  ["slack:C1", "teams:T1/C1", false],
  ["teams:*", "slack:T1/C1", false],
  ["*", "slack:T1/C1", false],
])("%s in the channel %s: %s", (match, conversation, expected) => {
  expect(matches(match, conversation)).toBe(expected);
});

test.each([
  ["slack:dm", true],
  ["slack:D1", true],
  ["slack:T1/D1", true],
  ["slack:*", false],
  ["slack:D2", false],
])("%s in a direct conversation: %s", (match, expected) => {
  expect(matches(match, "slack:T1/D1", true)).toBe(expected);
});

test("the terminal needs no entry and sees all", () => {
  const bindings = bindingsFor([], { conversation: "terminal:s1", direct: true });

  expect(permit(bindings, { command: "drops", clusters: ["a", "b"], named: ["x"], contact: "" })).toEqual({
    ok: true,
    visible: {},
  });
  expect(bindingsFor([], { conversation: "slack:T1/C1", direct: false })).toEqual([]);
});

test("clusters come in the configuration's order, each once, and only those that exist", () => {
  const bindings = [binding("slack:C1", { clusters: ["b", "gone"] }), binding("slack:C1", { clusters: ["a", "b"] })];

  expect(clustersOf(bindings, ["a", "b", "c"])).toEqual(["a", "b"]);
  expect(clustersOf([binding("slack:C1", { clusters: ["*"] })], ["a", "b", "c"])).toEqual(["a", "b", "c"]);
  expect(clustersOf([], ["a"])).toEqual([]);
});

const mixed = [
  binding("slack:C1", { clusters: ["prod"], namespaces: ["payments"], commands: ["drops"] }),
  binding("slack:C1", { clusters: ["prod"], namespaces: ["ledger", "payments"], commands: ["drops", "observe"] }),
  binding("slack:C1", { clusters: ["lab"], namespaces: ["*"], commands: ["observe"] }),
];

const ask = (request: Partial<Parameters<typeof permit>[1]>) =>
  permit(mixed, { command: "drops", clusters: ["prod"], named: [], contact: "#platform-team", ...request });

test("what may be seen is the sum of the bindings that allow this command there", () => {
  expect(ask({})).toEqual({ ok: true, visible: { prod: ["payments", "ledger"] } });
  expect(ask({ command: "observe", clusters: ["prod", "lab"] })).toEqual({
    ok: true,
    visible: { prod: ["ledger", "payments"] },
  });
  expect(ask({ named: ["default", "ledger"] }).ok).toBe(true);
});

test("help is allowed where anything is, and shows nothing that was not allowed", () => {
  expect(ask({ command: "help", clusters: ["prod", "other"] })).toEqual({
    ok: true,
    visible: { prod: [], other: [] },
  });
  expect(permit([], { command: "help", clusters: [], named: [], contact: "x" }).ok).toBe(false);
});

test.each([
  [
    { command: "policies" },
    "command",
    "Here help, drops and observe may be used, not policies. Ask #platform-team if you need it.",
  ],
  [
    { clusters: ["prod", "lab"] },
    "cluster",
    "drops may ask about prod here, not about lab: type --cluster prod. Ask #platform-team if you need it.",
  ],
  [
    { named: ["default", "kube-system"], contact: "Write to #help." },
    "namespace",
    "Of prod only these namespaces may be seen here: payments and ledger, not default or kube-system. Write to #help.",
  ],
  [{ clusters: [] }, "cluster", "drops may ask about prod here"],
])("a refusal of %o says what is allowed and whom to ask", (request, reason, say) => {
  const refused = ask(request);

  expect(refused).toMatchObject({ ok: false, reason });
  expect(refused.ok ? "" : refused.say).toContain(say);
});

test("a refusal stays short however much is allowed or named", () => {
  const names = Array.from({ length: 120 }, (_, index) => `${"n".repeat(90)}${index}`);
  const wide = [binding("slack:C1", { clusters: names, namespaces: names, commands: names })];
  const base = { command: names[0] ?? "", clusters: names, named: ["x"], contact: "#platform-team" };

  for (const request of [
    { command: "other" },
    { clusters: ["other"] },
    { named: ["other", ...names.map((n) => `${n}x`)] },
  ]) {
    const refused = permit(wide, { ...base, ...request });

    expect(refused.ok).toBe(false);
    expect(refused.ok ? "" : refused.say).toContain("more");
    expect(refused.ok ? "" : refused.say.length).toBeLessThan(1_800);
  }
});

test("a place without an entry is told which entry it needs", () => {
  expect(noBinding("#platform-team", "slack:T1/C1")).toBe(
    'Nothing may be asked here yet. Ask #platform-team if you need it. The bot\'s configuration needs an entry for this place, such as channels: [{ match: "slack:C1", clusters: ["*"] }].',
  );
  expect(noBinding("x", "slack:T1/D1", true)).toContain('match: "slack:dm"');
  expect(noBinding("x", "teams:t/19:abc@thread.tacv2")).toContain('match: "teams:19:abc@thread.tacv2"');
});
