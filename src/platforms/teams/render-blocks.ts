/** Each block of a message as card elements, however long: fitting is done before. */
import stringWidth from "string-width";
import type { ChartSpec } from "../../message/chart.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { codeLines } from "../../message/text.ts";
import type { ActionSet, Button, CardElement, Container } from "./card.ts";
import { teamsLimits } from "./limits.ts";
import { type ChartLook, renderChart } from "./render-chart.ts";
import { renderTable } from "./render-table.ts";
import { isBlank, label, paragraph, preformatted, runs, toneSigns, word } from "./render-text.ts";

export interface Looks {
  readonly actionValue: (action: Action) => string;
  /** Of the nth chart of the message, from 0. */
  readonly chart: (nth: number) => ChartLook;
}

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

/** Letters of buttons in one row on a phone, of which each button takes some around its title. */
const rowWide = 38;
const aroundTitle = 5;

export function renderBlocks(message: Message, looks: Looks): CardElement[] {
  let nth = 0;
  const chart = (spec: ChartSpec) => renderChart(spec, looks.chart(nth++));
  return [titleOf(message), ...groups(message.blocks).flatMap((group) => groupElements(group, { ...looks, chart }))];
}

interface Making extends Pick<Looks, "actionValue"> {
  readonly chart: (chart: ChartSpec) => CardElement[];
}

function groupElements(group: Group, { actionValue, chart }: Making): CardElement[] {
  const [block] = group;
  switch (block.kind) {
    case "text":
      return paragraph(runs(block.text));
    case "facts":
      return block.facts.flatMap(factLine);
    case "table":
      return [...renderTable(block), ...smallPrint(block.folded ?? "")];
    case "chart":
      return chart(block.chart);
    case "code":
      return codeElements(block);
    case "note":
      return noteElements(group.filter((one) => one.kind === "note"));
    case "actions":
      return actionSets(block.actions, actionValue);
  }
}

type Group = readonly [Block, ...Block[]];

/** Notes that follow each other are sorted together. */
function groups(blocks: readonly Block[]): Group[] {
  const all: [Block, ...Block[]][] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (last?.[0].kind === "note" && block.kind === "note") last.push(block);
    else all.push([block]);
  }
  return all;
}

function titleOf({ tone, title }: Message): Container {
  const { sign, style } = toneSigns[tone];
  const words = [...word(`${sign} `, titleStyle), ...word(title, titleStyle)];
  return { type: "Container", style, bleed: true, items: paragraph(words) };
}

const titleStyle = { weight: "Bolder", size: "Large" } as const;

function factLine({ name, value }: Of<"facts">["facts"][number], at: number): CardElement[] {
  const written = runs(value);
  const named = [...word(name, { weight: "Bolder" }), ...(written.length > 0 ? word(": ") : [])];
  if (isBlank([...word(name), ...written])) return [];
  return paragraph([...named, ...written], at === 0 ? {} : { spacing: "Small" });
}

function codeElements({ title, code }: Of<"code">): CardElement[] {
  const [fallback] = preformatted(code);
  if (!fallback) return paragraph(word(title ?? ""));
  const codeSnippet = codeLines(code).join("\n");
  return [...paragraph(word(title ?? "")), { type: "CodeBlock", codeSnippet, language: "PlainText", fallback }];
}

/** What limits the answer stands in a box before the small print. */
function noteElements(notes: readonly Of<"note">[]): CardElement[] {
  const grave = notes.filter(({ tone }) => tone === "warn" || tone === "bad");
  const lines = grave.flatMap(({ tone = "warn", text }) => {
    const words = runs(text);
    return isBlank(words) ? [] : [[...word(`${toneSigns[tone].sign} `), ...words]];
  });
  const items = lines.flatMap((line, at) => paragraph(line, at === 0 ? {} : { spacing: "Small" }));
  const { style } = toneSigns[grave.some(({ tone }) => tone === "bad") ? "bad" : "warn"];
  return [
    ...(items.length === 0 ? [] : [{ type: "Container", style, items } as const]),
    ...notes.filter((note) => !grave.includes(note)).flatMap(({ text }) => smallPrint(text)),
  ];
}

function smallPrint(text: Of<"note">["text"]): CardElement[] {
  return paragraph(runs(text, { size: "Small", isSubtle: true }), { spacing: "Small" });
}

/** Beside each other as far as a phone shows them whole. */
function actionSets(actions: readonly Action[], actionValue: Looks["actionValue"]): ActionSet[] {
  const rows: Button[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const action of actions) {
    const title = label(action.label) || label(action.command) || "–";
    const data = { button: actionValue(action) };
    const fallback = { type: "Action.Submit", title, data } as const;
    const button: Button = { type: "Action.Execute", title, verb: "ask", data, fallback };
    const size = stringWidth(title) + aroundTitle;
    const row = rows.at(-1);
    if (row && used + size <= rowWide && row.length < teamsLimits.buttonsInRow) row.push(button);
    else {
      rows.push([button]);
      used = 0;
    }
    used += size;
  }
  return rows.map((row) => ({ type: "ActionSet", actions: row }));
}
