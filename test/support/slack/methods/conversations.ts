/** conversations.info, conversations.open. */
import { SlackRefusal } from "../refusal.ts";
import type { ChannelKind } from "../state/workspace.ts";
import { isTrue, listOf, textOf } from "../web/arguments.ts";
import { type Method, required, requireScope, visibleChannel } from "./method.ts";
import { presentChannel } from "./present.ts";

const readScope: Readonly<Record<ChannelKind, string>> = {
  public: "channels:read",
  private: "groups:read",
  im: "im:read",
};

export const info: Method = {
  token: "bot",
  scopes: Object.values(readScope),
  tier: 3,
  run({ args }, slack) {
    required(args, "channel");
    const channel = visibleChannel(slack, textOf(args, "channel"));
    requireScope(slack, [readScope[channel.kind]]);
    const count = isTrue(args, "include_num_members") ? { num_members: channel.members.size } : {};
    return { channel: { ...presentChannel(slack, channel), ...count } };
  },
};

/** One person opens a direct message; groups are not known here (`method_not_supported_for_channel_type`). */
export const open: Method = {
  token: "bot",
  scopes: ["im:write"],
  tier: 3,
  run({ args }, slack) {
    if (textOf(args, "channel") !== "") {
      const channel = visibleChannel(slack, textOf(args, "channel"));
      return { no_op: true, already_open: true, channel: { id: channel.id } };
    }
    const users = listOf(args, "users");
    if (users.length === 0) throw new SlackRefusal("users_list_not_supplied");
    if (users.length > 1) throw new SlackRefusal("method_not_supported_for_channel_type");
    const user = slack.workspace.user(users[0] ?? "");
    if (!user) throw new SlackRefusal("user_not_found");
    const channel = slack.workspace.openIm(user.id);
    return { channel: isTrue(args, "return_im") ? presentChannel(slack, channel) : { id: channel.id } };
  },
};
