/** Interactive elements (page "Block elements"): buttons, menus and choices. */
import { isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { checkBoolean, checkChoice, checkList, checkString, type Report, readObject } from "./report.ts";
import { checkConfirm, checkOptions, checkPlain } from "./text.ts";

type Check = (report: Report, element: Json, pointer: string) => void;

interface Kind {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly check: Check;
}

/** `allowed` says which kinds may stand in this place. */
export function checkElement(report: Report, value: unknown, pointer: string, allowed: readonly string[]): void {
  const type = isObject(value) ? String(value["type"]) : "";
  const kind = Object.hasOwn(kinds, type) && allowed.includes(type) ? kinds[type] : undefined;
  if (!kind) {
    report.wrong(pointer, `unsupported element: ${type}`);
    return;
  }
  const element = readObject(report, value, pointer, {
    required: ["type", ...kind.required],
    optional: ["action_id", ...kind.optional],
  });
  if (!element) return;
  checkString(report, element["action_id"], `${pointer}/action_id`, limits.id);
  checkConfirm(report, element["confirm"], `${pointer}/confirm`);
  checkPlain(report, element["placeholder"], `${pointer}/placeholder`, limits.placeholder);
  checkBoolean(report, element["focus_on_load"], `${pointer}/focus_on_load`);
  kind.check(report, element, pointer);
}

const button: Check = (report, element, pointer) => {
  checkPlain(report, element["text"], `${pointer}/text`, limits.buttonText);
  checkString(report, element["value"], `${pointer}/value`, limits.buttonValue);
  checkString(report, element["url"], `${pointer}/url`, limits.url);
  checkString(report, element["accessibility_label"], `${pointer}/accessibility_label`, limits.accessibilityLabel);
  checkChoice(report, element["style"], `${pointer}/style`, ["primary", "danger"]);
};

const menu: Check = (report, element, pointer) => {
  if ((element["options"] === undefined) === (element["option_groups"] === undefined)) {
    report.wrong(pointer, "must provide exactly one of options, option_groups");
  }
  checkOptions(report, element["options"], `${pointer}/options`, limits.options);
  checkList(report, element["option_groups"], `${pointer}/option_groups`, { most: limits.options }, (item, at) => {
    const group = readObject(report, item, at, { required: ["label", "options"] });
    checkPlain(report, group?.["label"], `${at}/label`, limits.optionText);
    checkOptions(report, group?.["options"], `${at}/options`, limits.options);
  });
};

const choice: Check = (report, element, pointer) => {
  checkOptions(report, element["options"], `${pointer}/options`, limits.choiceOptions);
};

const overflow: Check = (report, element, pointer) => {
  checkOptions(report, element["options"], `${pointer}/options`, limits.overflowOptions);
};

const nothingMore: Check = () => undefined;

const selectFields = ["placeholder", "confirm", "focus_on_load"];
const kinds: Readonly<Record<string, Kind>> = {
  button: {
    required: ["text"],
    optional: ["value", "url", "style", "accessibility_label", "confirm"],
    check: button,
  },
  static_select: {
    required: [],
    optional: ["options", "option_groups", "initial_option", ...selectFields],
    check: menu,
  },
  multi_static_select: {
    required: [],
    optional: ["options", "option_groups", "initial_options", "max_selected_items", ...selectFields],
    check: menu,
  },
  overflow: { required: ["options"], optional: ["confirm"], check: overflow },
  radio_buttons: { required: ["options"], optional: ["initial_option", "confirm", "focus_on_load"], check: choice },
  checkboxes: { required: ["options"], optional: ["initial_options", "confirm", "focus_on_load"], check: choice },
  users_select: { required: [], optional: ["initial_user", ...selectFields], check: nothingMore },
  channels_select: {
    required: [],
    optional: ["initial_channel", "response_url_enabled", ...selectFields],
    check: nothingMore,
  },
  conversations_select: {
    required: [],
    optional: [
      "initial_conversation",
      "default_to_current_conversation",
      "filter",
      "response_url_enabled",
      ...selectFields,
    ],
    check: nothingMore,
  },
  datepicker: { required: [], optional: ["initial_date", ...selectFields], check: nothingMore },
};

/** Multi-selects may stand beside a section but not in an actions block (`unsupported element`). */
export const inActions: readonly string[] = Object.keys(kinds).filter((type) => !type.startsWith("multi_"));
export const inSection: readonly string[] = Object.keys(kinds);
