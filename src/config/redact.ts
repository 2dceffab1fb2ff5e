/** A configuration as a person may read it: in the file's own form, with everything hidden that may be a secret. */
import { durationText } from "../analysis/duration.ts";
import type { AlertsConfig } from "./alerts.ts";
import type { Config } from "./schema.ts";
import type { SlackConfig } from "./slack.ts";
import type { TeamsConfig } from "./teams.ts";

const hidden = "[redacted]";

/** Hides tokens, header values, and user, password and query values in URLs. A secret from a file is shown as the file's name. */
export function redactConfig(config: Config): Readonly<Record<string, unknown>> {
  const { artifacts, slack, teams, alerts, ...rest } = config;
  return structuredClone({
    ...rest,
    redis: { ...config.redis, url: hideSecrets(config.redis.url) },
    artifacts: {
      ...(artifacts.keyFile !== undefined && { keyFile: artifacts.keyFile }),
      pictureTtl: durationText(artifacts.pictureTtl),
      fileTtl: durationText(artifacts.fileTtl),
    },
    recorder: { ...config.recorder, keep: durationText(config.recorder.keep) },
    alerts: redactAlerts(alerts),
    ...(slack && { slack: redactSlack(slack) }),
    ...(teams && { teams: redactTeams(teams) }),
    clusters: config.clusters.map((cluster) => ({
      ...cluster,
      ...(cluster.prometheus && {
        prometheus: {
          ...cluster.prometheus,
          url: hideSecrets(cluster.prometheus.url),
          headers: Object.fromEntries(Object.keys(cluster.prometheus.headers).map((header) => [header, hidden])),
        },
      }),
      ...(cluster.alertmanager && {
        alertmanager: { ...cluster.alertmanager, url: hideSecrets(cluster.alertmanager.url) },
      }),
    })),
  });
}

function redactSlack({ mode, apiUrl, command, files }: SlackConfig) {
  const show = (setting: string) => {
    const file = files[`${setting}File`];
    return file === undefined ? { [setting]: hidden } : { [`${setting}File`]: file };
  };
  return { mode, ...show("botToken"), ...show(mode === "socket" ? "appToken" : "signingSecret"), apiUrl, command };
}

function redactAlerts({ files, token, sameThreadFor, ...shown }: AlertsConfig) {
  const hasValue = !Object.hasOwn(files, "tokenFile") && token !== undefined;
  return { ...shown, sameThreadFor: durationText(sameThreadFor), ...(hasValue && { token: hidden }), ...files };
}

function redactTeams({ files, appPassword, ...shown }: TeamsConfig) {
  return {
    ...shown,
    ...(!("appPasswordFile" in files) && appPassword !== "" && { appPassword: hidden }),
    ...files,
  };
}

function hideSecrets(address: string): string {
  const parsed = new URL(address);
  if (parsed.username || parsed.password) {
    parsed.username = "redacted";
    parsed.password = "";
  }
  for (const name of new Set(parsed.searchParams.keys())) parsed.searchParams.set(name, "redacted");
  return parsed.href;
}
