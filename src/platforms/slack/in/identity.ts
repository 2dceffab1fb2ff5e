/** Who we are in Slack (method auth.test), learnt once in the background, and what belongs to us. */
import type { webApi } from "@slack/bolt";
import { z } from "zod";
import { backoff, reasonOf } from "./caller.ts";
import { pause } from "./wait.ts";

export interface Identity {
  /** Our workspace; of an installation in a whole Grid organization, the organization. */
  readonly team: string;
  readonly enterprise: string | undefined;
  /** Installed in a whole Grid organization: every workspace of it is ours. */
  readonly orgWide: boolean;
  readonly botUserId: string;
  readonly botId: string;
  /** Slack does not always say. */
  readonly appId: string | undefined;
}

const id = z.string().regex(/^[A-Z0-9]{1,32}$/);
const AuthTest = z.object({
  team_id: id,
  enterprise_id: id.nullish(),
  is_enterprise_install: z.boolean().nullish(),
  user_id: id,
  bot_id: id,
  app_id: id.nullish(),
});

/** Asks until Slack says, or until `signal`: then undefined. `failed` hears why it has not worked so far. */
export async function learnIdentity(
  client: webApi.WebClient,
  failed: (reason: string) => void,
  signal: AbortSignal,
): Promise<Identity | undefined> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const said = AuthTest.parse(await client.auth.test());
      return {
        team: said.team_id,
        enterprise: said.enterprise_id ?? undefined,
        orgWide: said.is_enterprise_install === true,
        botUserId: said.user_id,
        botId: said.bot_id,
        appId: said.app_id ?? undefined,
      };
    } catch (error) {
      if (signal.aborted) break;
      failed(reasonOf(error));
      await pause(backoff(failures, error), signal);
    }
  }
  return undefined;
}

/** What a payload says of where it comes from. */
export interface Origin {
  readonly team: string | null | undefined;
  readonly enterprise: string | null | undefined;
  readonly app: string | null | undefined;
  /** Where the person belongs, and every other workspace that is named (Slack Connect). */
  readonly others: readonly (string | null | undefined)[];
}

/**
 * Why what comes from there is not for us, or undefined. A person of another workspace of our Grid organization is a stranger to an installation in one
 * workspace: Slack gives no way to tell that workspace from any other.
 */
export function stranger(identity: Identity, { team, enterprise, app, others }: Origin): string | undefined {
  if (identity.appId !== undefined && app && app !== identity.appId) return "other_app";
  if (!team || !(identity.orgWide ? enterprise === identity.team : team === identity.team)) return "other_team";
  const ours = [identity.team, identity.enterprise, team];
  return others.every((other) => !other || ours.includes(other)) ? undefined : "other_team";
}
