/** Every setting, declared once: types, defaults, errors and the README's table follow from it. */
import { z } from "zod";
import { logLevels } from "../log.ts";
import { Alerts, alertProblems } from "./alerts.ts";
import { Artifacts } from "./artifacts.ts";
import { Channels } from "./channels.ts";
import { Clusters } from "./clusters.ts";
import { Digests, digestProblems } from "./digests.ts";
import { Recorder } from "./recorder.ts";
import { Redaction } from "./redaction.ts";
import { guardedUrl, personId, port } from "./scalars.ts";
import { Slack } from "./slack.ts";
import { Teams } from "./teams.ts";

const admins = z.array(personId).max(1_000).default([]).meta({
  doc: 'People who may stop a capture or follow that somebody else asked for, for example "slack:U0123ABCD" or "teams:" and the object id in Entra; whoever asked may always',
});

const perPerson = z
  .strictObject({
    burst: z.int().min(1).max(1_000).default(10).meta({ doc: "Requests that one person may make at once" }),
    perMinute: z.int().min(1).max(6_000).default(20).meta({ doc: "Requests per minute after that" }),
  })
  .prefault({});

export const Schema = z
  .strictObject({
    log: z
      .strictObject({
        level: z
          .enum(logLevels)
          .default("info")
          .meta({ doc: "debug, info, warn, error or silent; JSON lines on standard error" }),
      })
      .prefault({}),
    redis: z
      .strictObject({
        url: z
          .url({ protocol: /^rediss?$/, error: "must be a redis:// or rediss:// URL" })
          .default("redis://127.0.0.1:6379")
          .meta({ doc: "Redis 6.2 or newer, maxmemory-policy noeviction" }),
        prefix: z
          .string()
          .regex(
            /^\{[-a-z0-9._]{1,60}\}$/,
            "must be a hash tag such as {cilium-chatops}, so that all keys share a slot on Redis Cluster",
          )
          .default("{cilium-chatops}")
          .meta({ doc: "Prefix of all keys" }),
      })
      .prefault({}),
    http: z
      .strictObject({
        host: z.string().default("0.0.0.0").meta({ doc: "Address of the public port" }),
        port: port.default(3000).meta({
          doc: "Public port, for chat platforms that call the bot and for links to files; 0 takes a free port",
        }),
        publicUrl: guardedUrl.optional().meta({
          doc: "How others reach the public port; https, or http for this machine alone. Links begin with it",
        }),
        adminHost: z.string().default("127.0.0.1").meta({ doc: "Address of the admin port" }),
        adminPort: port.default(3001).meta({ doc: "/healthz, /readyz and /metrics; 0 takes a free port" }),
      })
      .prefault({}),
    artifacts: Artifacts.prefault({}),
    clusters: Clusters,
    recorder: Recorder.prefault({}),
    slack: Slack.optional(),
    teams: Teams.optional(),
    channels: Channels,
    contact: z
      .string()
      .trim()
      .regex(/^[^\p{Cc}]{1,200}$/u, "must be one line of at most 200 characters")
      .default("whoever runs this bot")
      .meta({
        doc: "Whom people should ask when something is not allowed: a name such as #platform-team, or a sentence",
      }),
    access: z.strictObject({ perPerson, admins }).prefault({}),
    redaction: Redaction.prefault({}),
    alerts: Alerts.prefault({}),
    digests: Digests,
  })
  .superRefine(({ clusters, channels, slack, teams, http, alerts, digests }, context) => {
    const known = clusters.map((cluster) => cluster.name);
    for (const problem of digestProblems(digests, known, { slack: slack !== undefined, teams: teams !== undefined }))
      context.addIssue({ code: "custom", ...problem });
    for (const problem of alertProblems(alerts, known, { slack, teams }))
      context.addIssue({ code: "custom", ...problem });
    for (const [index, channel] of channels.entries()) {
      for (const name of channel.clusters.filter((cluster) => cluster !== "*" && !known.includes(cluster)))
        context.addIssue({
          code: "custom",
          message: `there is no cluster ${JSON.stringify(name.slice(0, 63))}; clusters: ${known.join(", ")}, or "*"`,
          path: ["channels", index, "clusters"],
        });
    }
    if (slack && !channels.some((channel) => channel.match.startsWith("slack:")))
      context.addIssue({
        code: "custom",
        message:
          'name at least one place in Slack that is answered, for example channels: [{ match: "slack:C0123ABCD", clusters: ["*"] }]',
        path: ["channels"],
      });
    if (teams && !channels.some((channel) => channel.match.startsWith("teams:")))
      context.addIssue({
        code: "custom",
        message:
          'name at least one place in Teams that is answered, for example channels: [{ match: "teams:dm", clusters: ["*"] }]',
        path: ["channels"],
      });
    if (teams?.appId === "" && http.host !== "127.0.0.1")
      context.addIssue({
        code: "custom",
        message:
          "is missing: without it anybody could ask. Set it to the id of the bot's registration, or http.host to 127.0.0.1 to try the bot on this machine alone",
        path: ["teams", "appId"],
      });
  });

export type Config = z.output<typeof Schema>;
