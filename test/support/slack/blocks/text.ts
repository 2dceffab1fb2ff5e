/** Text objects and the parts made of them (page "Composition objects"). */
import { asText } from "../json.ts";
import { limits } from "../limits.ts";
import { checkBoolean, checkChoice, checkList, checkString, type Report, readObject } from "./report.ts";

export type TextType = "plain_text" | "mrkdwn";

export function checkText(
  report: Report,
  value: unknown,
  pointer: string,
  options: { readonly most: number; readonly types?: readonly TextType[] },
): void {
  if (value === undefined) return;
  const text = readObject(report, value, pointer, {
    required: ["type", "text"],
    optional: ["emoji", "verbatim"],
  });
  if (!text) return;
  const types = options.types ?? ["plain_text", "mrkdwn"];
  checkChoice(report, text["type"], `${pointer}/type`, types);
  checkString(report, text["text"], `${pointer}/text`, options.most);
  checkBoolean(report, text["emoji"], `${pointer}/emoji`);
  checkBoolean(report, text["verbatim"], `${pointer}/verbatim`);
  const foreign = text["type"] === "mrkdwn" ? "emoji" : "verbatim";
  if (text[foreign] !== undefined) report.wrong(`${pointer}/${foreign}`, `invalid additional property: ${foreign}`);
  report.count(asText(text["text"]));
}

export function checkPlain(report: Report, value: unknown, pointer: string, most: number): void {
  checkText(report, value, pointer, { most, types: ["plain_text"] });
}

export function checkConfirm(report: Report, value: unknown, pointer: string): void {
  if (value === undefined) return;
  const confirm = readObject(report, value, pointer, {
    required: ["text"],
    optional: ["title", "confirm", "deny", "style"],
  });
  if (!confirm) return;
  checkPlain(report, confirm["title"], `${pointer}/title`, limits.confirmTitle);
  checkText(report, confirm["text"], `${pointer}/text`, { most: limits.confirmText });
  checkPlain(report, confirm["confirm"], `${pointer}/confirm`, limits.confirmButton);
  checkPlain(report, confirm["deny"], `${pointer}/deny`, limits.confirmButton);
  checkChoice(report, confirm["style"], `${pointer}/style`, ["primary", "danger"]);
}

export function checkOptions(report: Report, value: unknown, pointer: string, most: number): void {
  checkList(report, value, pointer, { most }, (item, at) => {
    const option = readObject(report, item, at, { required: ["text", "value"], optional: ["description", "url"] });
    if (!option) return;
    checkText(report, option["text"], `${at}/text`, { most: limits.optionText });
    checkString(report, option["value"], `${at}/value`, limits.optionValue);
    checkPlain(report, option["description"], `${at}/description`, limits.optionText);
    checkString(report, option["url"], `${at}/url`, limits.url);
  });
}
