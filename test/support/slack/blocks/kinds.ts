/** The blocks that may stand in a message, each with its fields and its check. Types that Slack knows and this service does not are refused too. */
import { asText, isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { checkChart } from "./chart.ts";
import { checkElement, inActions, inSection } from "./elements.ts";
import { checkPicture, type IsPicture } from "./image.ts";
import { checkBoolean, checkList, checkString, type Report, readObject } from "./report.ts";
import { checkRichText } from "./rich-text.ts";
import { checkDataTable, checkTable } from "./tables.ts";
import { checkPlain, checkText } from "./text.ts";

export interface BlockKind {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  check(report: Report, block: Json, pointer: string, isPicture: IsPicture): void;
}

export const blockKinds: Readonly<Record<string, BlockKind>> = {
  section: { required: [], optional: ["text", "fields", "accessory", "expand"], check: checkSection },
  header: {
    required: ["text"],
    check: (report, block, pointer) => checkPlain(report, block["text"], `${pointer}/text`, limits.headerText),
  },
  divider: { required: [], check: () => undefined },
  context: { required: ["elements"], check: checkContext },
  actions: {
    required: ["elements"],
    check: (report, block, pointer) => {
      checkList(report, block["elements"], `${pointer}/elements`, { most: limits.actionsElements }, (element, at) => {
        checkElement(report, element, at, inActions);
      });
    },
  },
  image: {
    required: ["alt_text"],
    optional: ["title", "image_url", "slack_file"],
    check: (report, block, pointer, isPicture) => {
      checkPicture(report, block, pointer, isPicture);
      checkPlain(report, block["title"], `${pointer}/title`, limits.imageTitle);
    },
  },
  markdown: {
    required: ["text"],
    check: (report, block, pointer) => {
      checkString(report, block["text"], `${pointer}/text`, limits.markdownText);
      report.count(asText(block["text"]));
    },
  },
  rich_text: {
    required: ["elements"],
    check: (report, block, pointer) => checkRichText(report, block["elements"], `${pointer}/elements`),
  },
  table: { required: ["rows"], optional: ["column_settings"], check: checkTable },
  data_table: {
    required: ["rows", "caption"],
    optional: ["page_size", "row_header_column_index"],
    check: checkDataTable,
  },
  data_visualization: { required: ["title", "chart"], check: checkChart },
};

function checkSection(report: Report, block: Json, pointer: string, isPicture: IsPicture): void {
  if (block["text"] === undefined && block["fields"] === undefined) {
    report.wrong(pointer, "must provide one of text, fields");
  }
  checkText(report, block["text"], `${pointer}/text`, { most: limits.sectionText });
  checkList(report, block["fields"], `${pointer}/fields`, { most: limits.sectionFields }, (field, at) => {
    checkText(report, field, at, { most: limits.sectionField });
  });
  checkBoolean(report, block["expand"], `${pointer}/expand`);
  const accessory = block["accessory"];
  if (isImage(accessory)) checkImage(report, accessory, `${pointer}/accessory`, isPicture);
  else if (accessory !== undefined) checkElement(report, accessory, `${pointer}/accessory`, inSection);
}

function checkContext(report: Report, block: Json, pointer: string, isPicture: IsPicture): void {
  checkList(report, block["elements"], `${pointer}/elements`, { most: limits.contextElements }, (element, at) => {
    if (isImage(element)) checkImage(report, element, at, isPicture);
    else checkText(report, element, at, { most: limits.sectionText });
  });
}

function isImage(value: unknown): boolean {
  return isObject(value) && value["type"] === "image";
}

function checkImage(report: Report, value: unknown, pointer: string, isPicture: IsPicture): void {
  const fields = { required: ["type", "alt_text"], optional: ["image_url", "slack_file"] };
  const image = readObject(report, value, pointer, fields);
  if (image) checkPicture(report, image, pointer, isPicture);
}
