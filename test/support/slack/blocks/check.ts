/** Block Kit as Slack's servers check it: our own reading of the documented limits. The order is Slack's: what a block is, then what is in it, then the whole. */
import { asList, asObject, asText, isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { IsPicture } from "./image.ts";
import { blockKinds } from "./kinds.ts";
import { checkString, createReport, type Report, readObject } from "./report.ts";

export interface BlockRules {
  readonly most: number;
  /** Whether the blocks' text is added up: chat.postMessage and chat.update do, response_url does not (bolt-js #2509). */
  readonly budget: boolean;
  readonly isPicture: IsPicture;
  /** Where the blocks stand, `/blocks` in a message. */
  readonly pointer?: string;
}

/** The blocks as they will be stored. Throws SlackRefusal: `invalid_blocks_format`, `invalid_blocks` with every problem, `msg_blocks_too_long`. */
export function readBlocks(value: unknown, rules: BlockRules): readonly Json[] {
  if (!Array.isArray(value)) throw new SlackRefusal("invalid_blocks_format");
  const report = createReport();
  const pointer = rules.pointer ?? "/blocks";
  if (value.length > rules.most) report.wrong(pointer, `no more than ${rules.most} items allowed`);
  value.forEach((block, index) => {
    checkBlock(report, block, `${pointer}/${index}`, rules.isPicture);
  });
  checkTogether(report, value, pointer);
  if (report.problems.length > 0) throw invalidBlocks(report.problems);
  if (rules.budget && report.textLength > limits.blockText) throw new SlackRefusal("msg_blocks_too_long");
  return withIds(value as readonly Json[]);
}

/** As Slack answers: the list in `errors`, and again in `response_metadata.messages` with a mark. */
function invalidBlocks(problems: readonly string[]): SlackRefusal {
  const messages = problems.map((problem) => `[ERROR] ${problem}`);
  return new SlackRefusal("invalid_blocks", { errors: problems, response_metadata: { messages } });
}

function checkBlock(report: Report, value: unknown, pointer: string, isPicture: IsPicture): void {
  const type = isObject(value) ? asText(value["type"]) : "";
  const kind = Object.hasOwn(blockKinds, type) ? blockKinds[type] : undefined;
  if (!kind) {
    report.wrong(`${pointer}/type`, `unsupported type: ${type}`);
    return;
  }
  const optional = ["block_id", ...(kind.optional ?? [])];
  const block = readObject(report, value, pointer, { required: ["type", ...kind.required], optional });
  if (!block) return;
  checkString(report, block["block_id"], `${pointer}/block_id`, limits.id);
  kind.check(report, block, pointer, isPicture);
}

function checkTogether(report: Report, blocks: readonly unknown[], pointer: string): void {
  const ofType = (type: string) => blocks.map(asObject).filter((block) => block["type"] === type);
  const markdown = ofType("markdown").reduce((sum, block) => sum + asText(block["text"]).length, 0);
  if (markdown > limits.markdownText) report.wrong(pointer, `must be less than ${limits.markdownText + 1} characters`);
  if (ofType("table").length > 1) report.wrong(pointer, "only one table is allowed");
  if (ofType("data_visualization").length > limits.chartsInMessage) {
    report.wrong(pointer, `no more than ${limits.chartsInMessage} data_visualization blocks allowed`);
  }
  checkUnique(report, blocks, pointer, "block_id");
  blocks.forEach((block, index) => {
    checkUnique(report, elementsOf(asObject(block)), `${pointer}/${index}/elements`, "action_id");
  });
}

function checkUnique(report: Report, items: readonly unknown[], pointer: string, field: string): void {
  const seen = new Set<unknown>();
  items.forEach((item, index) => {
    const id = asObject(item)[field];
    if (id !== undefined && seen.has(id)) {
      report.wrong(`${pointer}/${index}/${field}`, `\`${field}\` ${JSON.stringify(id)} already exists`);
    }
    seen.add(id);
  });
}

/** The interactive elements of a block, wherever they stand in it. */
export function elementsOf(block: Json): readonly Json[] {
  const accessory = block["accessory"];
  const elements = block["type"] === "actions" ? asList(block["elements"]) : [];
  return [...elements, ...(isInteractive(accessory) ? [accessory] : [])].filter(isObject);
}

function isInteractive(accessory: unknown): boolean {
  return isObject(accessory) && accessory["type"] !== "image";
}

/** Slack names every block and every interactive element that has no name. */
function withIds(blocks: readonly Json[]): readonly Json[] {
  let count = 0;
  const named = (element: unknown) => ({ action_id: `auto-${count++}`, ...asObject(element) });
  return blocks.map((block) => ({
    block_id: `auto-${count++}`,
    ...block,
    ...(block["type"] === "actions" && { elements: asList(block["elements"]).map(named) }),
    ...(isInteractive(block["accessory"]) && { accessory: named(block["accessory"]) }),
  }));
}
