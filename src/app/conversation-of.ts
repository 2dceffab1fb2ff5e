/** From a channel as the configuration names it to the conversation that deliveries name. */
import type { Config } from "../config.ts";
import { BotError } from "../errors.ts";

/** Deliveries name the workspace or tenant; whoever writes the configuration need not. Slack is asked once (method auth.test): rejects while it does not say. */
export function createConversationOf({
  slack,
  teams,
}: Pick<Config, "slack" | "teams">): (channel: string) => Promise<string> {
  let known: string | undefined;
  return async (channel) => {
    if (channel.startsWith("teams:")) {
      const [, tenant = teams?.tenantId, id = ""] = /^teams:(?:([^/]+)\/)?(.*)$/.exec(channel) ?? [];
      return `teams:${tenant?.toLowerCase() || "none"}/${id}`;
    }
    if (channel.includes("/")) return channel;
    if (slack === undefined) throw new BotError("NOT_CONFIGURED", "this channel is in Slack, which is not configured");
    known ??= await teamOf(slack);
    return channel.replace("slack:", `slack:${known}/`);
  };
}

async function teamOf({ apiUrl, botToken }: NonNullable<Config["slack"]>): Promise<string> {
  const response = await fetch(new URL("auth.test", apiUrl), {
    method: "POST",
    headers: { authorization: `Bearer ${botToken}` },
    redirect: "error",
    signal: AbortSignal.timeout(5_000),
  });
  const { team_id: team } = (await response.json()) as { readonly team_id?: unknown };
  if (typeof team === "string" && /^[A-Z0-9]{1,32}$/.test(team)) return team;
  throw new BotError("UNREACHABLE", "slack auth.test did not name the team");
}
