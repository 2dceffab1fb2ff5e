/** Each block of a message as Block Kit, however long: fitting is done before. */
import type { ChartSpec } from "../../message/chart.ts";
import type { Action, Block, Message, Text } from "../../message/message.ts";
import type { Button, RichTextLeaf, RichTextPart, SlackBlock } from "./block-kit.ts";
import { slackLimits } from "./limits.ts";
import { cutToEscaped, escapedLength, shown } from "./mrkdwn.ts";
import { isBlank, leaves, plainText, preformatted, richText, section, toneSigns, word } from "./render-rich-text.ts";
import { renderTable } from "./render-table.ts";

export type ActionValue = (action: Action) => string;

export interface BlockMakers {
  readonly actionValue: ActionValue;
  /** The blocks of the chart that is the nth of its message, from 0. */
  readonly chart: (chart: ChartSpec, nth: number) => readonly SlackBlock[];
}

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

export function renderBlocks(message: Message, { actionValue, chart }: BlockMakers): SlackBlock[] {
  let nth = 0;
  const makers = { actionValue, chart: (spec: ChartSpec) => chart(spec, nth++) };
  return [...titleBlocks(message), ...groups(message.blocks).flatMap((group) => groupBlocks(group, makers))];
}

interface Makers {
  readonly actionValue: ActionValue;
  readonly chart: (chart: ChartSpec) => readonly SlackBlock[];
}

function groupBlocks(group: Group, makers: Makers): readonly SlackBlock[] {
  const [block] = group;
  switch (block.kind) {
    case "text":
      return richText(section(leaves(block.text)));
    case "facts":
      return richText(block.facts.flatMap(factLine));
    case "table":
      return [...renderTable(block), ...smallPrint([block.folded ?? ""])];
    case "chart":
      return makers.chart(block.chart);
    case "code":
      return richText(group.flatMap((one) => (one.kind === "code" ? codeParts(one) : [])));
    case "note":
      return noteBlocks(group.filter((one) => one.kind === "note"));
    case "actions":
      return actionBlocks(block.actions, makers.actionValue);
  }
}

type Group = readonly [Block, ...Block[]];

/** Notes that follow each other are one block, and so is code. */
function groups(blocks: readonly Block[]): Group[] {
  const all: [Block, ...Block[]][] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (last?.[0].kind === block.kind && (block.kind === "note" || block.kind === "code")) last.push(block);
    else all.push([block]);
  }
  return all;
}

/** A title longer than Slack's is cut at the top and whole below. */
function titleBlocks({ tone, title }: Message): SlackBlock[] {
  const line = `${toneSigns[tone].sign} ${shown(title, slackLimits.paragraph)}`.trim();
  const header: SlackBlock = { type: "header", text: plainText(cutToEscaped(line, slackLimits.header)) };
  return escapedLength(line) <= slackLimits.header
    ? [header]
    : [header, ...richText(section(word(title, { bold: true })))];
}

function factLine({ name, value }: Of<"facts">["facts"][number]): RichTextPart[] {
  const written = leaves(value);
  return section([...word(name, { bold: true }), ...(written.length > 0 ? word(": ") : []), ...written]);
}

function codeParts({ title, code }: Of<"code">): RichTextPart[] {
  return [...section(word(title ?? "")), ...preformatted(code)];
}

/** What limits the answer stands in full size before the small print. */
function noteBlocks(notes: readonly Of<"note">[]): SlackBlock[] {
  const warnings = notes.filter(({ tone }) => tone === "warn" || tone === "bad");
  const calm = notes.filter((note) => !warnings.includes(note));
  const lines = warnings.flatMap(({ tone = "warn", text }) => {
    const words = leaves(text);
    return isBlank(words) ? [] : section([{ type: "emoji", name: toneSigns[tone].emoji }, ...word(" "), ...words]);
  });
  return [...richText(lines), ...smallPrint(calm.map(({ text }) => text))];
}

/** Slack takes no rich_text here, so that words are all there is. */
function smallPrint(texts: readonly Text[]): SlackBlock[] {
  const lines = texts
    .map((text) => cutToEscaped(leaves(text).map(leafText).join(""), slackLimits.paragraph).trim())
    .filter((line) => line !== "");
  return chunks(lines, slackLimits.contextTexts).map((some) => ({ type: "context", elements: some.map(plainText) }));
}

function leafText(leaf: RichTextLeaf): string {
  if (leaf.type === "emoji") return "";
  return leaf.type === "link" ? `${leaf.text} (${leaf.url})` : leaf.text;
}

/** Slack wants every action_id of a block to be its own. */
function actionBlocks(actions: readonly Action[], actionValue: ActionValue): SlackBlock[] {
  return chunks(actions, slackLimits.buttons).map((row) => ({
    type: "actions",
    elements: row.map((action, at): Button => {
      const label = shown(action.label, slackLimits.buttonText).trim();
      return {
        type: "button",
        action_id: `command:${at}`,
        text: plainText(label || shown(action.command, slackLimits.buttonText).trim() || "–"),
        value: actionValue(action),
      };
    }),
  }));
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
