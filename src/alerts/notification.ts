/**
 * What Alertmanager posts to a webhook (payload version 4, Alertmanager's notify/webhook and template.Data), and what Grafana's own alerting posts (version 1
 * with an `orgId`). Everything in it may be written by strangers: what is kept is bounded here and escaped where it is shown.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

export interface Notification {
  /** Same content, same id, whichever member of a highly available pair sent it. 32 hex digits. */
  readonly id: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly groupLabels: Words;
  readonly commonAnnotations: Words;
  /** Alerts that the sender left out (`max_alerts`). */
  readonly truncated: number;
  readonly alerts: readonly Alert[];
}

export type Words = Readonly<Record<string, string>>;

export interface Alert {
  readonly fingerprint: string;
  readonly firing: boolean;
  readonly labels: Words;
  readonly annotations: Words;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  /** Epoch milliseconds; 0 while it fires. */
  readonly endsAt: number;
  /** An http or https address, or "". Never fetched. */
  readonly generatorUrl: string;
}

export type Read =
  | { readonly ok: true; readonly notification: Notification }
  /** One sentence for whoever reads Alertmanager's log. */
  | { readonly ok: false; readonly say: string };

/** Longer ones are cut. */
export const longestValue = 1_000;
const [mostWords, longestName] = [64, 128] as const;

const words = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform(
    (given): Words =>
      Object.fromEntries(
        Object.entries(given ?? {})
          .slice(0, mostWords)
          .map(([name, value]) => [name.slice(0, longestName), String(value).slice(0, longestValue)]),
      ),
  );
const time = z.string().transform((text) => {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && ms > 0 ? ms : 0; // 0001-01-01 is Go's "not yet"
});
const status = z.enum(["firing", "resolved"]);

const Payload = z.looseObject({
  version: z.string(),
  groupKey: z.string().min(1).max(16_384),
  receiver: z.string().max(1_000).default(""),
  orgId: z.unknown().optional(),
  status,
  truncatedAlerts: z.number().int().min(0).nullish(),
  groupLabels: words,
  commonAnnotations: words,
  alerts: z
    .array(
      z.looseObject({
        status,
        labels: words,
        annotations: words,
        startsAt: time,
        endsAt: time.optional(),
        generatorURL: z.string().nullish(),
        fingerprint: z.string().max(100).nullish(),
      }),
    )
    .min(1, "names no alert"),
});

export function readNotification(text: string): Read {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { ok: false, say: "the body is no JSON, or ends in the middle of it" };
  }
  const parsed = Payload.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = (issue?.path ?? []).map(String).join(".").slice(0, 100) || "the body";
    return { ok: false, say: `this is no Alertmanager notification: ${where}: ${issue?.message ?? "cannot be read"}` };
  }
  const { version, orgId, groupKey, receiver, groupLabels, commonAnnotations, truncatedAlerts, alerts } = parsed.data;
  if (version !== "4" && !(version === "1" && orgId !== undefined))
    return {
      ok: false,
      say: `payload version ${JSON.stringify(version.slice(0, 20))} is not known; Alertmanager's 4 and Grafana's 1 are`,
    };
  const kept = alerts.map(toAlert);
  return {
    ok: true,
    notification: {
      id: idOf(receiver, groupKey, kept),
      ...{ groupKey, receiver, groupLabels, commonAnnotations },
      truncated: truncatedAlerts ?? 0,
      alerts: kept,
    },
  };
}

type Given = z.output<typeof Payload>["alerts"][number];

function toAlert({ status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint }: Given): Alert {
  const isWeb = generatorURL && /^https?:\/\//i.test(generatorURL) && URL.canParse(generatorURL);
  return {
    fingerprint: fingerprint || digest(Object.entries(labels).sort()),
    firing: status === "firing",
    ...{ labels, annotations, startsAt },
    endsAt: status === "firing" ? 0 : (endsAt ?? 0),
    generatorUrl: isWeb ? generatorURL.slice(0, 4_000) : "",
  };
}

/** Not of the sender's address, nor of annotations, which carry the value of the moment. */
function idOf(receiver: string, groupKey: string, alerts: readonly Alert[]): string {
  const states = alerts.map(({ fingerprint, firing, startsAt, endsAt }) => [fingerprint, firing, startsAt, endsAt]);
  return digest([receiver, groupKey, states.map((one) => one.join(" ")).sort()]);
}

export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
