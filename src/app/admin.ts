/** The admin channel, where one is set. */
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import { type Admin, createAdmin } from "../queue/admin.ts";
import type { Deliver } from "../queue/outbox.ts";
import { createConversationOf } from "./conversation-of.ts";

export interface AdminParts {
  readonly config: Pick<Config, "alerts" | "slack" | "teams">;
  readonly deliver: Deliver;
  readonly log: Logger;
}

export function openAdmin({ config, deliver, log }: AdminParts): Admin | undefined {
  const { adminChannel } = config.alerts;
  if (adminChannel === undefined) return undefined;
  const conversationOf = createConversationOf(config);
  return createAdmin({ conversation: () => conversationOf(adminChannel), deliver, log });
}
