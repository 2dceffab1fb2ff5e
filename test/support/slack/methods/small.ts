/** The methods that need few words: api.test, auth.test, apps.connections.open, users.info, reactions.add. */
import { SlackRefusal } from "../refusal.ts";
import { textOf } from "../web/arguments.ts";
import { channelById, type Method, required } from "./method.ts";
import { presentUser } from "./present.ts";

export const apiTest: Method = {
  token: "none",
  scopes: [],
  tier: "none",
  run({ args }) {
    const error = textOf(args, "error");
    if (error !== "") throw new SlackRefusal(error, { args });
    return { args };
  },
};

export const authTest: Method = {
  token: "bot",
  scopes: [],
  tier: "none",
  run(_, { workspace: { team, bot } }) {
    return {
      url: `https://${team.domain}.slack.com/`,
      team: team.domain,
      user: "cilium",
      team_id: team.id,
      user_id: bot.userId,
      bot_id: bot.botId,
      is_enterprise_install: false,
    };
  },
};

export const openConnection: Method = {
  token: "app",
  scopes: [],
  tier: 3,
  run: (_, slack) => ({ url: slack.openSocket() }),
};

export const userInfo: Method = {
  token: "bot",
  scopes: ["users:read"],
  tier: 4,
  run({ args }, slack) {
    required(args, "user");
    const user = slack.workspace.user(textOf(args, "user"));
    if (!user) throw new SlackRefusal("user_not_found");
    return { user: presentUser(slack, user) };
  },
};

export const addReaction: Method = {
  token: "bot",
  scopes: ["reactions:write"],
  tier: 3,
  run({ args }, slack) {
    required(args, "channel", "timestamp", "name");
    const channel = channelById(slack, textOf(args, "channel"));
    const message = slack.messages.find(channel.id, textOf(args, "timestamp"));
    if (!message) throw new SlackRefusal("message_not_found");
    if (!/^[a-z0-9_+'-]+$/.test(textOf(args, "name"))) throw new SlackRefusal("invalid_name");
    if (!slack.messages.react(message, textOf(args, "name"))) throw new SlackRefusal("already_reacted");
    return {};
  },
};
