/** Hearing people in Teams, with what that needs from the store. Loaded only where Teams is configured. */
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Ask, Audit, Take } from "../platforms/platform.ts";
import type { Whereabouts } from "../platforms/teams/in/hear.ts";
import { openTeamsIn, type TeamsIn } from "../platforms/teams/in/open.ts";
import { plainText } from "../platforms/teams/out/present.ts";
import { createService } from "../platforms/teams/out/service.ts";
import { createFiles } from "../store/artifacts.ts";
import { createConversations } from "../store/conversations.ts";
import type { Redis } from "../store/redis.ts";

export interface TeamsParts {
  readonly config: Config;
  readonly teams: NonNullable<Config["teams"]>;
  readonly producer: Redis;
  readonly take: Take;
  readonly audit: Audit;
  readonly notice: (ask: Ask, say: string) => Promise<void>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** A person waits for what is said at once. */
const sayMs = 3_000;

export function openTeams({ config, teams, producer, take, audit, notice, metrics, log }: TeamsParts): TeamsIn {
  const { prefix } = config.redis;
  const service = createService({ ...teams, metrics });
  const show = async ({ conversation, reference, thread }: Whereabouts, content: Readonly<Record<string, unknown>>) => {
    const signal = AbortSignal.timeout(sayMs);
    await service.post({ conversation, reference, thread, signal }, content);
  };
  const sayNow = (where: Whereabouts, say: string) => show(where, plainText(say));
  return openTeamsIn({
    ...teams,
    tenantId: teams.appType === "MultiTenant" ? "" : teams.tenantId,
    take,
    audit,
    conversations: createConversations(producer, prefix),
    consent: {
      find: createFiles({ redis: producer, prefix }).find,
      showFile: (where, { name, contentUrl, uniqueId, fileType }) =>
        show(where, {
          attachments: [
            {
              ...{ contentType: "application/vnd.microsoft.teams.card.file.info", contentUrl, name },
              content: { uniqueId, fileType },
            },
          ],
        }),
      sayNow,
      log,
    },
    notice,
    sayNow,
    log,
  });
}
