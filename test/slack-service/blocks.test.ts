import { expect, test } from "vitest";
import { readBlocks } from "../support/slack/blocks/check.ts";
import { asList, type Json } from "../support/slack/json.ts";
import { SlackRefusal } from "../support/slack/refusal.ts";
import { actions, blockCases, button, many, plain, raw, rich, x } from "./block-cases.ts";
import { section, startTestSlack } from "./service.ts";

const rules = { most: 50, budget: true, isPicture: () => false };

function problemsOf(blocks: unknown): readonly string[] {
  try {
    readBlocks(blocks, rules);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof SlackRefusal)) throw thrown;
    return asList(thrown.details["errors"]).map(String);
  }
}

test.each(blockCases)("%s: at the limit taken, beyond it refused there", (_, at, beyond, pointer) => {
  expect(problemsOf(at)).toEqual([]);
  expect(problemsOf(beyond)).toContainEqual(expect.stringContaining(`[json-pointer:${pointer}]`));
});

test("all text of a message together may have 13,200 characters", () => {
  const blocks = (last: number): Json[] => [
    ...many(4, section(x(3_000))).map((block) => block as Json),
    section(x(last)),
  ];
  expect(readBlocks(blocks(1_200), rules)).toHaveLength(5);
  expect(() => readBlocks(blocks(1_201), rules)).toThrow("msg_blocks_too_long");
  expect(readBlocks(blocks(1_201), { ...rules, budget: false })).toHaveLength(5);
});

test("text of buttons, tables, charts and rich text counts too", () => {
  const counted = [
    rich(3_300),
    { type: "table", rows: many(3, [raw(3_000)]) },
    actions(button({ text: plain(75) })),
    section(x(900)),
  ];
  expect(() => readBlocks(counted, rules)).toThrow("msg_blocks_too_long");
  expect(readBlocks(counted.slice(0, 3), rules)).toHaveLength(3);
});

test("a refusal lists every problem as Slack does, twice", async () => {
  await using service = await startTestSlack();
  const blocks = [section(""), { type: "sections" }];
  const answer = await service.call("chat.postMessage", { channel: service.incidents.id, blocks });
  expect(answer).toEqual({
    ok: false,
    error: "invalid_blocks",
    errors: [
      "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
      "unsupported type: sections [json-pointer:/blocks/1/type]",
    ],
    response_metadata: {
      messages: [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] unsupported type: sections [json-pointer:/blocks/1/type]",
      ],
    },
  });
  expect(service.slack.messages(service.incidents)).toEqual([]);
});

test("blocks that are no list are of an invalid format", async () => {
  await using service = await startTestSlack();
  const post = (blocks: unknown) => service.call("chat.postMessage", { channel: service.incidents.id, blocks });
  expect(await post("[{")).toMatchObject({ error: "invalid_blocks_format" });
  expect(await post({ type: "divider" })).toMatchObject({ error: "invalid_blocks_format" });
});

test("blocks and buttons without a name get one", async () => {
  await using service = await startTestSlack();
  const blocks = [actions(button(), button({ action_id: "mine" }))];
  await service.call("chat.postMessage", { channel: service.incidents.id, blocks });
  const [block] = service.slack.messages(service.incidents)[0]?.blocks ?? [];
  expect(block).toMatchObject({
    block_id: expect.any(String),
    elements: [{ action_id: expect.any(String) }, { action_id: "mine" }],
  });
});

test("blocks in attachments are checked where they stand", async () => {
  await using service = await startTestSlack();
  const attachments = [{ blocks: [section("")] }];
  const answer = await service.call("chat.postMessage", { channel: service.incidents.id, attachments });
  expect(answer["errors"]).toEqual(["must be more than 0 characters [json-pointer:/attachments/0/blocks/0/text/text]"]);
});
