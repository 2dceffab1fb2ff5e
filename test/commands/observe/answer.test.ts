import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { compactLine } from "../../../src/analysis/compact/line.ts";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import type { ListedFlow } from "../../../src/sources/question.ts";
import { hostileFlow } from "../../analysis/compact/flows.ts";
import { samplesFile } from "../../fixtures/flows/samples.ts";
import { askedAt, coverage, deathstar, play, relayDown, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { observeFile } from "./asking.ts";

const golden = goldenFolder("observe");
afterAll(() => golden.expectNoOthers());

const file = fileURLToPath(samplesFile);
const shown = (text: string, message: Parameters<typeof renderTerminal>[0]) =>
  `> ${text}\n\n${renderTerminal(message, { width: 100, color: false })}`;

describe("asked of the file of samples", () => {
  test.each([
    "observe --last 5",
    "flows deathstar --since 20m --verdict DROPPED --last 4",
    "observe --http-path /v1/ex --numeric --print-node-name",
    "observe --protocol sctp -o json",
    "observe --pod default/nothing",
  ])("%s", async (text) => {
    golden.expect(text, shown(text, (await observeFile(file, text)).message));
  });

  test("--all gives a line for each flow, in the order of time, and records beside them", async () => {
    const { result, coverage, window } = await observeFile(file, "observe --all");
    expect(result.lines).toHaveLength(260);
    expect(result.matched).toBe(260);
    expect(result.flows.length).toBeGreaterThan(150);
    expect(result.flows.at(-1)).toMatchObject({
      cluster: "file",
      flow: { verdict: "FORWARDED" },
      node_name: "default/k8s-w1",
    });
    expect(result.lines.at(-1)).toMatch(/^Jul 20 03:59:40\.694: kube-system\/hubble-ui/);
    expect(coverage?.shed).toBe(0);
    expect(window?.to).toBeGreaterThan(window?.from ?? 0);
  });

  test("-o json gives lines that are records, and a reader of JSON reads them", async () => {
    const { result } = await observeFile(file, "observe -o json --last 30");
    const records = result.lines.map((line) => JSON.parse(line) as { flow: { uuid: string }; time: string });
    expect(records).toHaveLength(30);
    expect(records.map(({ flow }) => flow.uuid)).toEqual(result.flows.map(({ flow }) => flow["uuid"]));
    expect(records.map(({ time }) => time)).toEqual(records.map(({ time }) => time).toSorted());
  });

  test("no secret is in any part of an answer", async () => {
    const answers = [
      await observeFile(file, "observe --all"),
      await observeFile(file, "observe --type l7 -o json --last 200"),
    ];
    for (const answer of answers)
      expect(JSON.stringify(answer)).not.toMatch(/TRUTHSECRET6|Tr3ason-Pa55|eyJhbGciOiJIUzI1NiJ9|user=luke/);
  });
});

function listed(flows: readonly ListedFlow[], change: object = {}): Scene["reply"] {
  return () => ({ ask: "flows", resolution: null, flows, matched: null, coverage: coverage(), ...change });
}

const xwing = (at: number): ListedFlow => ({
  time: askedAt - 60_000 + at,
  verdict: 2,
  line: `Nov 20 03:13:05.${String(at).padStart(3, "0")}: default/xwing:52344 (ID:37711) <> default/deathstar-8c4c77fb7-9klws:80 (ID:37697) Policy denied DROPPED (TCP Flags: SYN)`,
});
const hostile = Array.from(
  { length: 12 },
  (_, seed): ListedFlow => ({
    time: askedAt - seed,
    verdict: 2,
    line: compactLine(hostileFlow(seed), { node: false, numeric: false }),
  }),
);

const scenes: Readonly<Record<string, Scene>> = {
  "the newest of a deployment": {
    text: "observe deathstar",
    reply: listed([0, 1, 2].map(xwing), { resolution: deathstar() }),
  },
  "nothing, and a node is missing": {
    text: "observe --since 5m --verdict ERROR",
    reply: listed([], { matched: 0, coverage: coverage({ nodes: { answered: 2, total: 3, missing: ["k8s-w2"] } }) }),
  },
  "two clusters, one without Relay": {
    text: "observe --cluster '*' --last 2",
    clusters: ["prod-eu", "prod-us"],
    reply: (question) => (question.cluster === "prod-us" ? relayDown : listed([0, 1].map(xwing))(question)),
  },
  "nobody answers": { text: "observe", reply: () => relayDown },
  "an unknown target": {
    text: "observe deathstr",
    reply: listed([], {
      flows: null,
      coverage: null,
      resolution: { status: "unknown", text: "deathstr", near: ["deploy/default/deathstar"] },
    }),
  },
  "impossible times": { text: "observe --since 2026-11-20T04:00Z", reply: () => relayDown },
  "hostile flows": { text: "observe", reply: listed(hostile) },
};

describe("an answer", () => {
  test.each(Object.entries(scenes))("%s", (name, scene) => {
    golden.expect(name, shown(scene.text, play(scene).answer.message));
  });

  test.each(Object.entries(scenes))("%s: what it offers and copies can be typed", (_, scene) => {
    const { message, copyAs } = play(scene).answer;
    for (const block of message.blocks)
      for (const { command } of block.kind === "actions" ? block.actions : [])
        play({ ...scene, text: command, reply: () => relayDown });
    for (const { text } of copyAs) expect(text).toMatch(/^hubble observe /);
  });
});

describe("in Slack", () => {
  const slack = (scene: Scene) => renderSlack(play(scene).answer.message, { actionValue: () => "x" });

  test("20 lines are shown whole", () => {
    const flows = Array.from({ length: 20 }, (_, at) => xwing(at));
    const { blocks, cut } = slack({ text: "observe", reply: listed(flows) });
    expect(cut).toBe(false);
    for (const { line } of flows) expect(JSON.stringify(blocks)).toContain(line);
  });

  test.each([45, 60, 70, 200, 1_500])(
    "of %i lines the newest are shown, and the rest is said to be in the file",
    (count) => {
      const flows = Array.from({ length: count }, (_, at) => xwing(at));
      const { blocks, cut } = slack({ text: "observe --all", reply: listed(flows, { matched: count }) });
      const text = JSON.stringify(blocks);
      expect(text).toContain(flows.at(-1)?.line);
      expect(text).toContain(flows.at(-20)?.line);
      expect(text).toContain("Coverage");
      expect(cut).toBe(!text.includes(flows[0]?.line ?? ""));
    },
  );

  test("nobody is called, whatever flows say", () => {
    const { text, blocks } = slack({ text: "observe", reply: listed(hostile) });
    expect(hostile.some(({ line }) => line?.includes("<!channel>"))).toBe(true);
    expect(text).not.toMatch(/<[!@]/);
    // Everything else stands in plain_text and rich_text, which hold no markup.
    const mrkdwn = JSON.stringify(blocks).match(/"mrkdwn"/g);
    expect(mrkdwn).toBeNull();
  });
});
