/** `alerts`: what Alertmanager (or Grafana) may send, and which channel gets it. Read in one go: what is wrong with it ends in what to set. */
import { z } from "zod";
import { duration, personId } from "./scalars.ts";
import { readSecret } from "./secret.ts";

export interface AlertsConfig {
  /** Present as soon as there are routes: without it nobody is let in. */
  readonly token: string | undefined;
  readonly routes: readonly AlertRoute[];
  readonly adminChannel: string | undefined;
  readonly sameThreadFor: number;
  readonly stormAbove: number;
  readonly silencers: readonly string[];
  /** The files that secrets came from, by setting. */
  readonly files: Readonly<Record<string, string>>;
}

export interface AlertRoute {
  readonly match: Readonly<Record<string, string>>;
  readonly matchAnnotations: Readonly<Record<string, string>>;
  readonly channel: string;
  readonly cluster?: string | undefined;
  readonly continue: boolean;
}

const matchers = z
  .record(z.string().min(1).max(200), z.string().min(1).max(200))
  .refine((given) => Object.keys(given).length <= 20, "at most 20 of them")
  .default({});

const teamsId = /^teams:([\w.-]{1,100}\/)?19:[^\s;/*#]{1,400}@thread\.(tacv2|skype|v2)$/;

const channel = z
  .string()
  .refine(
    (text) => teamsId.test(text) || /^slack:([TE][A-Z0-9]+\/)?[CG][A-Z0-9]+$/.test(text),
    'must name a channel by its id: "slack:C0123ABCD" (Slack shows it at the bottom of the channel\'s details) or "teams:19:…@thread.tacv2" (in the link that Teams copies for a channel, with %3A for : and %40 for @)',
  );

const Route = z.strictObject({
  match: matchers.meta({
    doc: "Labels that an alert must have, all of them; * stands for any characters. Without it every alert matches",
  }),
  matchAnnotations: matchers.meta({ doc: "Annotations alike" }),
  channel: channel.meta({
    doc: 'Where their threads are opened: "slack:C0123ABCD", or in Teams "teams:19:…@thread.tacv2"; the bot has to be a member, or installed in that team',
  }),
  cluster: z.string().optional().meta({
    doc: "The cluster they are about; default: the alert's label `cluster`, where it names one, else the first",
  }),
  continue: z.boolean().default(false).meta({ doc: "Look at the routes behind this one too" }),
});

const Given = z.strictObject({
  token: z
    .string()
    .optional()
    .meta({ doc: "What Alertmanager sends as its bearer token, required with routes unless in a file" }),
  tokenFile: z.string().optional().meta({ doc: "File with it" }),
  routes: z
    .array(Route)
    .max(200)
    .default([])
    .meta({ doc: "Which alerts go to which channel; the first route that matches decides" }),
  adminChannel: channel.optional().meta({
    doc: "A channel, named alike, that is told once a day of each conversation that refuses the bot, and once an hour of alerts that no route takes",
  }),
  sameThreadFor: duration("2h", "An alert that fires again so soon after it was resolved goes on in its old thread"),
  stormAbove: z
    .int()
    .min(1)
    .max(60)
    .default(10)
    .meta({ doc: "More new threads than this in a minute become one, in each channel" }),
  silencers: z.array(personId).max(1_000).default([]).meta({
    doc: 'People who may silence alerts in Alertmanager, for example "slack:U0123ABCD"; without any nobody may',
  }),
});

export const Alerts = Given.transform((given, context): AlertsConfig => {
  const { routes, adminChannel, sameThreadFor, stormAbove, silencers, tokenFile } = given;
  const token = readSecret(given, { ...tokenKind, required: routes.length > 0 }, (setting, message) =>
    context.addIssue({ code: "custom", message, path: [setting] }),
  );
  const files: Record<string, string> = tokenFile?.trim() ? { tokenFile } : {};
  return { token, routes, adminChannel, sameThreadFor, stormAbove, silencers, files };
});

const shortestToken = 16;

const tokenKind = {
  setting: "token",
  variable: "ALERT_WEBHOOK_TOKEN",
  wrong: (value: string) =>
    value.length < shortestToken || /\s/.test(value)
      ? `must be at least ${shortestToken} characters without spaces: openssl rand -hex 32`
      : undefined,
};

/** There are routes, and with them a token. */
export function isAlertsOn(alerts: AlertsConfig): alerts is AlertsConfig & { readonly token: string } {
  return alerts.routes.length > 0 && alerts.token !== undefined;
}

interface Problem {
  readonly message: string;
  readonly path: (string | number)[];
}

/** As much as is asked of the sections `slack` and `teams`; undefined where there is none. */
export interface ChatSections {
  readonly slack?: object | undefined;
  readonly teams?: { readonly tenantId: string } | undefined;
}

/** What only the other sections tell. */
export function alertProblems(
  { routes, adminChannel }: AlertsConfig,
  clusters: readonly string[],
  chats: ChatSections,
): Problem[] {
  const unknown = routes.flatMap(({ cluster }, index) =>
    cluster === undefined || clusters.includes(cluster)
      ? []
      : [
          {
            message: `there is no cluster ${JSON.stringify(cluster.slice(0, 63))}; clusters: ${clusters.join(", ")}`,
            path: ["alerts", "routes", index, "cluster"],
          },
        ],
  );
  const named = [
    ...routes.map((route, index) => ({ channel: route.channel, path: ["alerts", "routes", index, "channel"] })),
    ...(adminChannel === undefined ? [] : [{ channel: adminChannel, path: ["alerts", "adminChannel"] }]),
  ];
  return [...unknown, ...named.flatMap(({ channel, path }) => channelProblem(channel, path, chats))];
}

function channelProblem(channel: string, path: Problem["path"], { slack, teams }: ChatSections): Problem[] {
  const problem = (message: string) => [{ message, path }];
  if (channel.startsWith("slack:")) return slack ? [] : problem("is in Slack: set slack, or name a channel in Teams");
  if (!teams) return problem("is in Teams: set teams, or name a channel in Slack");
  if (channel.includes("/") || teams.tenantId !== "") return [];
  return problem(
    'must name its tenant too, for example "teams:<tenant id>/19:…@thread.tacv2": teams.tenantId is not set',
  );
}
