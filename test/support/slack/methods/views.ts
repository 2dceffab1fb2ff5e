/** views.open, as far as a modal needs: the trigger, the title, the blocks. */
import { readBlocks } from "../blocks/check.ts";
import { asObject } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import { textOf } from "../web/arguments.ts";
import { type Method, required } from "./method.ts";

export const openView: Method = {
  token: "bot",
  scopes: [],
  tier: 4,
  run({ args }, slack) {
    required(args, "trigger_id");
    const view = asObject(args["view"]);
    const title = textOf(asObject(view["title"]), "text");
    if (view["type"] !== "modal" || title === "") throw new SlackRefusal("invalid_arguments");
    if (title.length > limits.viewTitle) throw new SlackRefusal("invalid_arguments");
    const rules = { most: limits.blocksInView, budget: false, isPicture: () => true, pointer: "/view/blocks" };
    const blocks = readBlocks(view["blocks"], rules);
    slack.triggers.exchange(textOf(args, "trigger_id"));
    return { view: { ...view, blocks, id: slack.stamps.id("V"), team_id: slack.workspace.team.id, hash: "1" } };
  },
};
