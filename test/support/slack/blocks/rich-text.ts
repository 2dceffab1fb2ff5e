/** rich_text (page "Rich text block"): what it may be built of, and the text in it. */
import { asText, isObject } from "../json.ts";
import { checkList, type Report, readObject } from "./report.ts";

const containers: Readonly<Record<string, readonly string[]>> = {
  rich_text_section: ["elements"],
  rich_text_preformatted: ["elements"],
  rich_text_quote: ["elements"],
  rich_text_list: ["elements", "style"],
};

/** The elements inside and the field that holds what is read. */
const leaves: Readonly<Record<string, string>> = {
  text: "text",
  link: "url",
  emoji: "name",
  user: "user_id",
  usergroup: "usergroup_id",
  channel: "channel_id",
  broadcast: "range",
  date: "format",
  color: "value",
};

const plenty = 10_000;

export function checkRichText(report: Report, elements: unknown, pointer: string): void {
  checkList(report, elements, pointer, { most: plenty }, (item, at) => {
    const type = isObject(item) ? asText(item["type"]) : "";
    const required = Object.hasOwn(containers, type) ? containers[type] : undefined;
    if (!required) return report.wrong(`${at}/type`, `unsupported type: ${type}`);
    const container = readObject(report, item, at, {
      required: ["type", ...required],
      optional: ["indent", "offset", "border", "language"],
    });
    if (type === "rich_text_list") checkRichText(report, container?.["elements"], `${at}/elements`);
    else checkLeaves(report, container?.["elements"], `${at}/elements`);
  });
}

function checkLeaves(report: Report, elements: unknown, pointer: string): void {
  checkList(report, elements, pointer, { most: plenty, least: 0 }, (item, at) => {
    const leaf = isObject(item) ? item : {};
    const type = asText(leaf["type"]);
    const field = Object.hasOwn(leaves, type) ? leaves[type] : undefined;
    if (field === undefined) return report.wrong(`${at}/type`, `unsupported type: ${type}`);
    if (asText(leaf[field]) === "") report.wrong(`${at}/${field}`, "must be more than 0 characters");
    if (type === "text" || type === "link") report.count(asText(leaf["text"]) || asText(leaf["url"]));
  });
}
