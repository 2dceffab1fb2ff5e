/** `teams`: how the bot reaches Microsoft Teams, and what it takes for Teams. Reading it resolves its secret, so that a bot which could not answer does not start. */
import { z } from "zod";
import { guardedUrl } from "./scalars.ts";
import { readSecret } from "./secret.ts";

export interface TeamsConfig {
  /** Empty: nobody's identity is checked, for tries on one machine. */
  readonly appId: string;
  readonly appType: "SingleTenant" | "UserAssignedMSI" | "MultiTenant";
  /** Empty where any tenant's people are answered (MultiTenant) or nobody is checked. */
  readonly tenantId: string;
  /** Empty for a managed identity. */
  readonly appPassword: string;
  /** No slash at its end. */
  readonly authority: string;
  readonly scope: string;
  readonly issuer: string;
  readonly openIdUrl: string;
  /** Host names; `*.` in front stands for any one below. */
  readonly serviceHosts: readonly string[];
  readonly charts: "native" | "pictures" | "none";
  /** The files that secrets came from, by setting. */
  readonly files: Readonly<Record<string, string>>;
}

const guid = z.string().regex(/^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "must be an id such as 1b4e…-…");

const Given = z.strictObject({
  appId: guid.default("").meta({
    doc: "Id of the bot's registration; without it nobody's identity is checked, which http.host 127.0.0.1 alone allows",
  }),
  appType: z
    .enum(["SingleTenant", "UserAssignedMSI", "MultiTenant"])
    .default("SingleTenant")
    .meta({ doc: "As registered; UserAssignedMSI (a managed identity) needs no password" }),
  tenantId: guid.default("").meta({ doc: "The tenant whose people are answered; required unless MultiTenant" }),
  appPassword: z
    .string()
    .optional()
    .meta({ doc: "The registration's client secret, required unless in a file or MSI" }),
  appPasswordFile: z.string().optional().meta({ doc: "File with it" }),
  authority: guardedUrl
    .default("https://login.microsoftonline.com")
    .meta({ doc: "Where the bot gets its tokens; US Government: https://login.microsoftonline.us" }),
  scope: z
    .string()
    .regex(/^https:\/\/\S{1,200}\/\.default$/, "must be a resource's address with /.default behind it")
    .default("https://api.botframework.com/.default")
    .meta({ doc: "What its tokens are for; US Government: https://api.botframework.us/.default" }),
  issuer: z
    .string()
    .min(1)
    .max(200)
    .default("https://api.botframework.com")
    .meta({ doc: "Who signs what Teams sends; US Government: https://api.botframework.us" }),
  openIdUrl: guardedUrl.default("https://login.botframework.com/v1/.well-known/openidconfiguration").meta({
    doc: "Where that signer's keys are; US Government: https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
  }),
  serviceHosts: z
    .array(
      z.string().regex(/^(\*\.)?[a-z0-9][a-z0-9.-]{0,252}$/, "must be a host name, with *. in front for all below"),
    )
    .min(1)
    .default([
      "smba.trafficmanager.net",
      "*.botframework.com",
      "smba.infra.gcc.teams.microsoft.com",
      "smba.infra.gov.teams.microsoft.us",
      "smba.infra.dod.teams.microsoft.us",
    ])
    .meta({ doc: "Hosts to which the bot sends messages, and its token" }),
  charts: z.enum(["native", "pictures", "none"]).default("native").meta({
    doc: "native: Teams' own charts where they can show the data, else pictures drawn by the bot; pictures: always those; none: numbers alone",
  }),
});

export const Teams = Given.transform((given, context): TeamsConfig => {
  const { appId, appType, tenantId, appPassword: _, appPasswordFile: file, ...rest } = given;
  const problem = (setting: string, message: string) => context.addIssue({ code: "custom", message, path: [setting] });
  if (appId !== "" && tenantId === "" && appType !== "MultiTenant")
    problem("tenantId", `is missing: appType ${appType} belongs to one tenant`);
  const secret = readSecret(
    given,
    { ...passwordKind, required: appId !== "" && appType !== "UserAssignedMSI" },
    problem,
  );
  const files: Record<string, string> = file?.trim() ? { appPasswordFile: file } : {};
  return { ...rest, appId, appType, tenantId, appPassword: secret ?? "", files };
});

const passwordKind = {
  setting: "appPassword",
  variable: "TEAMS_APP_PASSWORD",
  wrong: (value: string) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
      ? "that is the secret's id; its value is shown once, when it is made (Certificates & secrets)"
      : undefined,
};
