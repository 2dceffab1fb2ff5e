/** `alerts`: what Alertmanager (or Grafana) may send, and which channel gets it. Read in one go: what is wrong with it ends in what to set. */
import { z } from "zod";
import { duration } from "./scalars.ts";
import { readSecret } from "./secret.ts";

export interface AlertsConfig {
  /** Present as soon as there are routes: without it nobody is let in. */
  readonly token: string | undefined;
  readonly routes: readonly AlertRoute[];
  readonly sameThreadFor: number;
  readonly stormAbove: number;
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

const Route = z.strictObject({
  match: matchers.meta({
    doc: "Labels that an alert must have, all of them; * stands for any characters. Without it every alert matches",
  }),
  matchAnnotations: matchers.meta({ doc: "Annotations alike" }),
  channel: z
    .string()
    .regex(
      /^slack:([TE][A-Z0-9]+\/)?[CG][A-Z0-9]+$/,
      'must name a channel by its id, for example "slack:C0123ABCD" (Slack shows it at the bottom of the channel\'s details)',
    )
    .meta({ doc: 'Where their threads are opened, for example "slack:C0123ABCD"; the bot has to be a member' }),
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
  sameThreadFor: duration("2h", "An alert that fires again so soon after it was resolved goes on in its old thread"),
  stormAbove: z
    .int()
    .min(1)
    .max(60)
    .default(10)
    .meta({ doc: "More new threads than this in a minute become one, in each channel" }),
});

export const Alerts = Given.transform((given, context): AlertsConfig => {
  const { routes, sameThreadFor, stormAbove, tokenFile } = given;
  const token = readSecret(given, { ...tokenKind, required: routes.length > 0 }, (setting, message) =>
    context.addIssue({ code: "custom", message, path: [setting] }),
  );
  const files: Record<string, string> = tokenFile?.trim() ? { tokenFile } : {};
  return { token, routes, sameThreadFor, stormAbove, files };
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

/** What only the other sections tell. */
export function alertProblems(
  { routes }: AlertsConfig,
  clusters: readonly string[],
  hasSlack: boolean,
): { readonly message: string; readonly path: (string | number)[] }[] {
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
  if (routes.length === 0 || hasSlack) return unknown;
  return [...unknown, { message: "alerts go to Slack: set slack, or remove the routes", path: ["alerts", "routes"] }];
}
