import { describe, expect, test } from "vitest";
import type { DigestItem } from "../../../src/analysis/digest/item.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { Message } from "../../../src/message/message.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import {
  coverage,
  kubernetesDenied,
  play,
  prometheusLate,
  type Reply,
  relayDown,
  type Scene,
  summary,
} from "../../fixtures/outcomes/build.ts";
import { busyDay, firstDrop, newEdge, nothings, plants } from "./content-plants.ts";
import {
  answered,
  answers,
  type Day,
  dayMs,
  dayOf,
  firstDay,
  from,
  halfDay,
  hourMs,
  losses,
  observed,
  rows,
  states,
  to,
} from "./content-scenes.ts";

interface Result {
  readonly quiet: boolean;
  readonly sure: boolean;
  readonly packets: number | null;
  readonly noise: { readonly packets: number };
  readonly items: readonly DigestItem[];
  readonly unknown: readonly string[];
}

function digestOf(day: Day, scene: Partial<Scene> = {}) {
  const { answer, questions } = play({ text: "digest now", reply: dayOf(day), ...scene });
  const { message, details = [] } = answer;
  return {
    message,
    details,
    questions,
    result: answer.result as Result,
    text: [message, ...details].map(shown).join("\n"),
  };
}

function shown(message: Message): string {
  return renderTerminal(message, { width: 80, color: false }).replaceAll(/\s+/g, " ");
}

/** Kind and what it is of. */
function brief(item: DigestItem): string {
  switch (item.kind) {
    case "drops":
      return `drops ${item.key} ${item.change}`;
    case "firstDrop":
    case "newEdge":
    case "vanishedEdge":
      return `${item.kind} ${item.source} ${item.destination}:${item.port}`;
    case "changed":
    case "invalidPolicy":
    case "unmatchedPolicy":
      return `${item.kind} ${item.namespace}/${item.name}`;
    case "map":
      return `map ${item.map}`;
    case "agents":
    case "nodes":
      return `${item.kind} ${item.now}/${item.of}`;
    case "lost":
      return `lost ${item.events}`;
    case "endpoints":
      return `endpoints ${item.states.reduce((sum, { count }) => sum + count, 0)}`;
    case "unreachable":
      return `unreachable ${item.count}/${item.of}: ${item.nodes.map(({ node, nodes, endpoints }) => `${node} ${nodes}+${endpoints}`).join(" ")}${item.suspect === null ? "" : `, suspect ${item.suspect}`}`;
    case "httpErrors":
      return `httpErrors ${item.destination} ${item.change}`;
  }
}

describe("a difference that was planted", () => {
  test.each(Object.entries(plants))("%s: is told, and nothing else is", (_, { day, told, title }) => {
    const { message, result } = digestOf(day);
    expect(result.items.filter(({ standing }) => !standing).map(brief)).toEqual(told);
    expect(message.title).toBe(title);
    expect(result.quiet).toBe(false);
    // One kind of thing is one line, with a button for it.
    expect(message.blocks.map(({ kind }) => kind)).toEqual(["text", "note", "actions"]);
    for (const block of message.blocks) if (block.kind === "actions") expect(block.actions.length).toBe(1);
  });
});

describe("a day like the one before it", () => {
  test.each(Object.entries(nothings))("%s: nothing changed, in three lines", (_, day) => {
    const { message, details, result } = digestOf(day);
    expect(message).toMatchObject({ tone: "good", title: "prod-eu: nothing changed since yesterday" });
    expect(message.blocks.map(({ kind }) => kind)).toEqual(["text", "note"]);
    expect(details).toEqual([]);
    expect(result).toMatchObject({ quiet: true, sure: true });
    expect(result.items.every(({ standing }) => standing)).toBe(true);
  });

  test("noise is counted", () => {
    expect(digestOf({}).text).toContain("Left out: 40 packets of normal noise (1 reason).");
    expect(digestOf({}).result).toMatchObject({ packets: 211, noise: { packets: 40 } });
  });

  test("what is as bad as it was is a reminder", () => {
    const { text, result } = digestOf(nothings["what was as bad before"] ?? {});
    expect(text).toContain("As before: cnp default/rule1 is not valid; lxc on k8s-w1 is 96% full;");
    expect(result.items.map(({ kind }) => kind)).toEqual(["unreachable", "map", "invalidPolicy", "endpoints"]);
  });
});

test("the lines are in the headline's order: what is dropped comes before what was lost", () => {
  const { message, result } = digestOf({
    edges: (edges) => ({
      ...edges,
      now: observed(edges.now.window, { lost: 90_000 }),
      firstDrops: rows([firstDrop()]),
    }),
  });
  expect(result.items.map(brief)).toEqual(["firstDrop shop/web payments/api:8080", "lost 90000"]);
  expect(message.title).toBe("prod-eu: 1 new drop pair, 90,000 events lost");
  const leads = message.blocks.flatMap((block) =>
    block.kind === "text" ? [JSON.stringify(block.text).slice(0, 40)] : [],
  );
  expect(leads).toEqual([expect.stringContaining("Dropped for the first"), expect.stringContaining("Cluster")]);
});

test("where not all may be seen no line has a button that would be refused", () => {
  const lossy: Day = { edges: (edges) => ({ ...edges, now: observed(edges.now.window, { lost: 90_000 }) }) };
  const commands = (scene: Partial<Scene>) =>
    digestOf(lossy, scene).message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
  expect(commands({}).map(({ command }) => command)).toEqual([expect.stringMatching(/^metrics lost-events /)]);
  expect(commands({ visible: { "prod-eu": ["shop"] } }).map(({ command }) => command)).toEqual([
    expect.stringMatching(/^drops --since /),
  ]);
});

test("a headline of what is different says what else was not compared, and is no good news then", () => {
  const changed = plants["a policy that changed, as the watch tells it"]?.day ?? {};
  const blind = { ...changed, edges: firstDay.edges, countedBefore: firstDay.countedBefore } as Day;
  const { message } = digestOf(blind);
  expect(message).toMatchObject({
    tone: "warn",
    title: "prod-eu: 1 policy changed; drops and connections not compared",
  });
  const half = digestOf({ ...changed, edges: firstDay.edges } as Day).message;
  expect(half.title).toBe("prod-eu: 1 policy changed; connections not compared");
});

test("of a thousand policies the three that matched nothing are told", () => {
  const names = Array.from({ length: 1_000 }, (_, at) => `team-${at % 200}/policy-${at}`);
  const seen = Object.fromEntries(names.slice(3).map((name) => [name, (to - dayMs) / 1_000]));
  const many: Day = {
    policies: (quiet) => ({ ...quiet, policies: states(...names.map((name) => [name] as const)) }),
    edges: (edges) => ({ ...edges, policies: { ...edges.policies, matched: { CiliumNetworkPolicy: seen } } }),
  };
  const { result, details, text } = digestOf(many);
  expect(result.items.map(brief)).toEqual(names.slice(0, 3).map((name) => `unmatchedPolicy ${name}`));
  // Written twenty days ago, and never seen: it is fourteen days since long before today.
  expect(text).toContain("As before: 3 policies matched nothing for 14 days");
  expect(result.unknown.join(" ")).not.toMatch(/policies/i);
  // More than fits: so many were not looked at, and is said.
  const folded = digestOf({ ...many, policies: (quiet) => ({ ...quiet, folded: 1 }) }).result.unknown;
  expect(folded).toContain("There are too many policies: 1 was not looked at.");
  expect(details).toEqual([]);
});

test("what could not be known of several clusters is one sentence", () => {
  const young: Day = { edges: (edges) => ({ ...edges, policies: { ...edges.policies, since: from } }) };
  const reply = dayOf(young);
  const clusters = ["prod-eu", "prod-us", "prod-asia"];
  const all = digestOf(young, { text: "digest now --cluster *", clusters, reply });
  const sentence = "Which policies match nothing is known after 14 days";
  expect(all.result.unknown.filter((text) => text.includes(sentence))).toEqual([expect.stringMatching(/^Which/)]);
  const two = (question: Parameters<typeof reply>[0]) =>
    question.cluster === "prod-asia" ? dayOf({})(question) : reply(question);
  const some = digestOf(young, { text: "digest now --cluster *", clusters, reply: two });
  expect(some.result.unknown.filter((text) => text.includes(sentence))).toEqual([
    expect.stringMatching(/^prod-eu and prod-us: Which/),
  ]);
});

test("of flows alone the count leaves out the noise that it says is left out", () => {
  const { text, message } = digestOf({ counted: (quiet) => ({ ...quiet, agents: 0 }) });
  expect(JSON.stringify(message.blocks)).toContain("211 dropped packets seen, 214 the day before");
  expect(text).toContain("Left out: 40 packets of normal noise");
});

test("who was away for longer than is compared with is not told that it is the first time", () => {
  const away: Day = {
    ...firstDay,
    edges: (edges) => {
      const first = (firstDay.edges ?? ((same) => same))(edges) as typeof edges;
      return { ...first, history: { from: from - 20 * dayMs, dropsFrom: null } };
    },
  };
  expect(digestOf(firstDay).text).toContain("This is the first time");
  expect(digestOf(away).text).not.toContain("This is the first time");
});

describe("what could not be known", () => {
  test("half a day observed: fewer drops and missing connections are no news, and it says why", () => {
    const { message, result, text } = digestOf(halfDay);
    expect(result.items.map(brief)).toEqual([]);
    expect(message).toMatchObject({ tone: "warn" });
    expect(message.title).toBe("prod-eu: nothing changed since yesterday, as far as could be seen");
    expect(text).toContain("Connections were observed 47% of the time");
    expect(text).toContain("Prometheus has no samples of the agents.");
  });

  test("what was before is brought to what was observed now: the line and the table say the same number, and so", () => {
    const { result, text } = digestOf({
      counted: (quiet) => ({ ...quiet, agents: 0 }),
      edges: (edges) => ({
        ...edges,
        now: observed(edges.now.window, { dropSeconds: 60_480 }),
        drops: { ...edges.drops, byNamespace: rows([{ key: "default", now: 200, before: 63, median: null }]) },
      }),
    });
    expect(result.items.map(brief)).toEqual(["drops default more"]);
    expect(text).toContain("in default up 3× to 200 (63 the day before)");
    expect(text).toMatch(/\* default 200 63 /);
    expect(text).toContain("brought, hour by hour, to what was observed now");
  });

  test("a node that was away for an hour is that hour's part of the time", () => {
    const nodes = { nodes: { connected: 9, total: 10 }, nodeShare: 1 - 0.1 / 24 };
    const { text, result } = digestOf({
      edges: (edges) => ({ ...edges, now: observed(edges.now.window, nodes), newEdges: rows([newEdge()]) }),
    });
    expect(text).toContain("Traffic was observed 99.5% of the time (the day before 100%).");
    expect(result.sure).toBe(true);
  });

  const night = { from: to - 8 * hourMs - 20 * 60_000, to: to - 4 * hourMs };
  const watchedBut = (gaps: readonly { readonly from: number; readonly to: number }[], ...kinds: string[]): Day => ({
    changes: (quiet) => ({
      ...quiet,
      watched: quiet.watched.map((one) => (kinds.length === 0 || kinds.includes(one.kind) ? { ...one, gaps } : one)),
    }),
  });

  test("nobody watched Kubernetes' changes in the night: it says from when to when, and nothing is sure", () => {
    const { message, result } = digestOf(watchedBut([night]));
    const told = "Changes between 18:40 and 23:00 UTC were not watched: of those only how they came out is known.";
    expect(result).toMatchObject({ quiet: true, sure: false, unknown: [told] });
    expect(shown(message)).toContain(told);
    expect(message.title).toBe("prod-eu: nothing changed since yesterday, as far as could be seen");
  });

  test("a few minutes of some kinds are told below, and those of earlier days not at all", () => {
    const minutes = { from: to - hourMs, to: to - 50 * 60_000 };
    const { result } = digestOf(watchedBut([minutes, { from: from - hourMs, to: from - 60_000 }], "policy", "node"));
    const told =
      "Changes of policies and nodes between 02:00 and 02:10 UTC were not watched: of those only how they came out is known.";
    expect(result).toMatchObject({ quiet: true, sure: true, unknown: [told] });
  });

  test("HTTP errors that nothing was measured to compare with: it says so and what to do", () => {
    const lines = answered("payments/api", [160, 640], [9_160, 8_000]);
    const young = lines.map((one) => ({ ...one, points: one.points.slice(60) }));
    const { result, message } = digestOf({ panels: { "errors-by-destination": answers(young) } });
    expect(result).toMatchObject({ quiet: true, sure: false });
    expect(result.unknown).toEqual([
      "HTTP errors are not compared: Prometheus has 17% of the day before. If that does not change by itself, look whether it scrapes Hubble's metrics (port 9965) all the time and keeps them for long enough (its retention time).",
    ]);
    expect(shown(message)).toContain("HTTP errors are not compared");
    const none = answered("payments/api", [0, 0], [9_160, 8_000]).map((one) => ({
      ...one,
      points: one.points.slice(60),
    }));
    expect(digestOf({ panels: { "errors-by-destination": answers(none) } }).result).toMatchObject({ unknown: [] });
  });

  test("new ones of a time that was not all observed are not sure", () => {
    const { result, text } = digestOf({
      edges: (edges) => ({ ...edges, newEdges: rows([newEdge({ unsure: true })]) }),
    });
    expect(result.items).toMatchObject([{ kind: "newEdge", sure: false }]);
    expect(text).toContain("not sure: not all was observed");
  });

  test("the first day has nothing to be compared with, and says so", () => {
    const { message } = digestOf(firstDay);
    expect(message).toMatchObject({
      tone: "info",
      title: "prod-eu: nothing to compare with yet; after a day there is",
    });
    expect(shown(message)).toContain("This is the first time");
  });

  test.each([
    ["hubble", relayDown, "refused the connection"],
    ["prometheus", prometheusLate, "no answer in 5 s"],
    ["kubernetes", kubernetesDenied, "does not accept the bot's credentials"],
  ] as const)("%s does not answer: the rest does, and nothing is sure", (source, reply, say) => {
    const quiet = dayOf();
    const { message, result } = digestOf(
      {},
      { reply: (question) => (question.source === source ? reply : quiet(question)) },
    );
    expect(message).toMatchObject({ tone: "warn" });
    expect(shown(message)).toContain(say);
    expect(result).toMatchObject({ quiet: true, sure: false });
    expect(message.title).not.toBe("prod-eu: nothing changed since yesterday");
  });

  test("without sketches and without counters of the day before nothing is called unchanged", () => {
    const skipped = {
      ended: "skipped",
      error: { code: "NOT_CONFIGURED", say: "No sketches are kept: set recorder.edges." },
    } as const;
    const drops = digestOf({ edges: () => skipped });
    expect(drops.message.title).toBe(
      "prod-eu: drops as before, but whether traffic changed since yesterday is not known",
    );
    expect(shown(drops.message)).toContain("No sketches are kept: set recorder.edges.");
    const neither = digestOf({ edges: () => skipped, countedBefore: (quiet) => ({ ...quiet, agents: 0 }) });
    expect(neither.message.title).toBe("prod-eu: 211 packets dropped; what was before is not known");
    const flows = digestOf({ edges: () => skipped, counted: (quiet) => ({ ...quiet, agents: 0 }) });
    expect(flows.message.title).toBe("prod-eu: at least 211 dropped packets seen; what was before is not known");
    expect(flows.details.length).toBe(2);
  });

  test("without sketches the agents' counters tell what was lost", () => {
    const skipped = { ended: "skipped", error: { code: "NOT_CONFIGURED", say: "No sketches are kept." } } as const;
    const { result, text } = digestOf({ edges: () => skipped, panels: { "lost-events": answers([losses(20, 900)]) } });
    expect(result.items).toMatchObject([{ kind: "lost", events: 900, before: 20 }]);
    expect(text).toContain("900 events lost before anybody could see them (20 the day before).");
  });

  test("nobody answers", () => {
    const { message } = digestOf({}, { reply: ({ source }) => (source === "prometheus" ? prometheusLate : relayDown) });
    expect(message).toMatchObject({ tone: "bad" });
    expect(message.title).toBe("prod-eu: what changed is not known, because nobody answered");
  });
});

describe("what is said of the worst dropped pair", () => {
  const causeOf = ({ blocks }: Message) => blocks.find(({ kind }) => kind === "text");
  const flowsOf = (details: readonly Message[]) => details.find(({ title }) => / packets dropped in /.test(title));

  test("is what drops says, with the rule that refused it", () => {
    const said = causeOf(play({ text: "drops --since 1d", reply: dayOf(busyDay) }).answer.message);
    const told = flowsOf(digestOf(busyDay).details);
    expect(told && causeOf(told)).toEqual(said);
    expect(JSON.stringify(said)).toMatch(/port 8080 asked.*allows 9090/);
  });

  test("is less where the policies do not answer, and the digest is no less sure for that", () => {
    const failing = { ...busyDay, select: () => kubernetesDenied, why: () => kubernetesDenied };
    const { details, result } = digestOf(failing);
    expect(JSON.stringify(flowsOf(details))).toContain("the datapath found no rule for");
    expect(result.unknown).toEqual(digestOf(busyDay).result.unknown);
  });

  test("is not asked for where nothing was dropped, or no time is left", () => {
    const none: Reply = { ask: "drops", resolution: null, drops: summary([]), coverage: coverage() };
    const late: Reply = { ...prometheusLate, ms: 15_000 };
    for (const day of [{ drops: none }, { counted: () => late }]) expect(digestOf(day).questions).toHaveLength(13);
  });
});

describe("where not everything may be seen, or is meant", () => {
  test("of some namespaces nothing of the whole cluster is asked, and every question says which", () => {
    const { questions, message } = digestOf({}, { visible: { "prod-eu": ["payments"] } });
    expect(questions.map(({ ask }) => ask)).toEqual(["edges", "drops", "policyStates", "changes"]);
    for (const question of questions) expect(question).toMatchObject({ visible: ["payments"] });
    expect(shown(message)).toContain("Shown here is only payments");
  });

  test("namespaces that were asked for: other policies' changes are left out", () => {
    const { questions, result } = digestOf(busyDay, { text: "digest now --namespace ledger" });
    const asked = ["edges", "drops", "policyStates", "changes", "policies", "why"];
    expect(questions.map(({ ask }) => ask)).toEqual(asked);
    expect(questions[0]).toMatchObject({ namespaces: ["ledger"] });
    expect(result.items.map(brief)).toContain("invalidPolicy ledger/typo");
    expect(result.items.map(brief)).not.toContain("changed payments/api");
  });

  test("at most thirteen questions to a cluster at once, day or week, and two of the worst dropped pair", () => {
    for (const text of ["digest now", "digest now --weekly"]) {
      const { questions } = digestOf({}, { text });
      expect(questions.length).toBeLessThanOrEqual(15);
      expect(questions.slice(13).map(({ ask }) => ask)).toEqual(["policies", "why"]);
    }
  });
});

describe("the message", () => {
  const hostile = "<!channel> *x* `rm -rf`\u202e\n".repeat(9);
  const scenes: Readonly<Record<string, ReturnType<typeof digestOf>>> = {
    "a busy day": digestOf(busyDay),
    "a busy week of two clusters": digestOf(busyDay, {
      text: "digest now Asia/Seoul --weekly --cluster *",
      clusters: ["prod-eu", "prod-us"],
    }),
    "where not all may be seen": digestOf(busyDay, { visible: { "prod-eu": ["shop"] } }),
    "names that others wrote": digestOf({
      ...busyDay,
      edges: (edges) => ({
        ...edges,
        firstDrops: rows([firstDrop({ source: hostile, destination: hostile, reason: hostile })]),
        newEdges: rows([newEdge({ source: hostile, destination: `--help ${hostile}` })]),
        drops: { ...edges.drops, byNamespace: rows([{ key: hostile, now: 900, before: 0, median: 0 }]) },
      }),
    }),
  };

  test.each(Object.entries(scenes))("%s: short, in at most seven lines and six details", (_, { message, details }) => {
    for (const { title } of [message, ...details]) expect(title.length).toBeLessThanOrEqual(150);
    expect(details.length).toBeLessThanOrEqual(6);
    expect(message.blocks.filter(({ kind }) => kind === "text").length).toBeLessThanOrEqual(7);
    for (const block of message.blocks)
      if (block.kind === "actions") expect(block.actions.length).toBeLessThanOrEqual(7);
  });

  test("the fullest day has seven lines, each with a button of its own, in their order, legible on a phone", () => {
    const { message } = scenes["a busy day"] ?? digestOf({});
    const lines = message.blocks.flatMap((block) => (block.kind === "text" ? [JSON.stringify(block.text)] : []));
    const buttons = message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(lines.length).toBe(7);
    expect(buttons.map(({ command }) => command.split(" ", 2).join(" "))).toEqual([
      "metrics nodes",
      ...["changes --since", "why shop/web", "drops ns/payments", "metrics requests-by-destination", "top maps"],
      "map ns/shop",
    ]);
    for (const { label } of buttons) expect(label.length, label).toBeLessThanOrEqual(40);
  });

  test.each(Object.entries(scenes))("%s: each button is a command", (_, { message, details }) => {
    const known = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };
    for (const block of [message, ...details].flatMap(({ blocks }) => blocks))
      if (block.kind === "actions")
        for (const { command } of block.actions)
          expect(parseCommand(command, known), command).toMatchObject({ ok: true });
  });

  test.each(Object.entries(scenes))("%s: the result is plain JSON and bounded", (_, { result }) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result.items.length).toBeLessThanOrEqual(100);
  });

  test("no button asks about what may not be seen", () => {
    const { message } = scenes["where not all may be seen"] ?? digestOf({});
    expect(JSON.stringify(message.blocks.filter(({ kind }) => kind === "actions"))).not.toContain("payments/api");
  });
});

test("a week is compared with the week before it", () => {
  const { questions, message } = digestOf({}, { text: "digest now --weekly" });
  expect(questions[0]).toMatchObject({
    window: { from: to - 7 * dayMs, to },
    before: { from: to - 14 * dayMs, to: to - 7 * dayMs },
    days: [],
  });
  expect(message.title).toBe("prod-eu: nothing changed since the week before");
});
