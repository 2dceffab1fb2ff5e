/** Brings what happens in Slack to the bot, over HTTP or Socket Mode, and again when an event was not acknowledged. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Json } from "../json.ts";
import type { Settings } from "../options.ts";
import type { Ack, Hub } from "../socket/hub.ts";
import type { Attempt, Outcome, RetryReason } from "./delivery.ts";
import { post } from "./http.ts";
import { type Kind, type Signed, signedRequest, type Tamper } from "./request.ts";

export interface Parcel {
  readonly kind: Kind;
  readonly key: string;
  readonly payload: Json;
  readonly tamper?: Tamper | undefined;
  /** Sent as it is, header for header: a replay. */
  readonly exactly?: Signed | undefined;
}

/** Where the bot is: a request URL, or its WebSockets. */
export type Target = { readonly url: string } | "socket-mode";

export interface Courier {
  /** All attempts, the last one decides. Each goes to where the bot is by then. */
  bring(parcel: Parcel, target: () => Target): Promise<readonly Attempt[]>;
  /** Every attempt ever made, in the order of sending. */
  attempts(): readonly Attempt[];
}

interface Tried {
  readonly attempt: Attempt;
  readonly reason: RetryReason | null;
  readonly noRetry: boolean;
}

export function createCourier(options: {
  readonly settings: Settings;
  readonly hub: Hub;
  readonly closing: AbortSignal;
  readonly wrong: (message: string) => void;
}): Courier {
  const { settings, hub, closing } = options;
  const attempts: Attempt[] = [];
  const open = new Map<string, { readonly attempt: Attempt; settle(ack: Ack | null): void }>();

  hub.onAck((ack) => {
    const sent = open.get(ack.envelopeId);
    if (!sent) return options.wrong(`an acknowledgement for an envelope that was never sent: ${ack.envelopeId}`);
    const { attempt } = sent;
    if (attempt.outcome === "acked" || attempt.lateMs !== null)
      options.wrong(`envelope ${ack.envelopeId} was acknowledged twice`);
    else if (attempt.outcome === "pending") sent.settle(ack);
    else attempt.lateMs = Date.now() - attempt.sentAt;
  });

  function begin(parcel: Parcel, via: Attempt["via"], retry: number, request: Signed | null): Attempt {
    const { kind, key } = parcel;
    const envelopeId = via === "socket" ? randomUUID() : null;
    const attempt: Attempt = {
      ...{ kind, key, via, retry, sentAt: Date.now(), envelopeId, request },
      spoilt: parcel.tamper !== undefined || parcel.exactly !== undefined,
      ...{ outcome: "pending", ms: null, status: null, body: "", lateMs: null },
    };
    attempts.push(attempt);
    return attempt;
  }

  async function overHttp(parcel: Parcel, url: string, retry: number, reason: RetryReason | null): Promise<Tried> {
    const headers = reason ? { "x-slack-retry-num": String(retry), "x-slack-retry-reason": reason } : {};
    const { signingSecret, ackMs } = settings;
    const { tamper } = parcel;
    const request =
      parcel.exactly ??
      signedRequest(parcel.kind, parcel.payload, { signingSecret, headers, ...(tamper && { tamper }) });
    const attempt = begin(parcel, "http", retry, request);
    const started = performance.now();
    const answer = await post(url, request, { ms: ackMs, closing });
    const acked = answer.status !== null && answer.status >= 200 && answer.status < 300;
    attempt.status = answer.status;
    attempt.body = answer.body;
    if (answer.failure === null) attempt.ms = performance.now() - started;
    attempt.outcome = answer.failure ?? (acked ? "acked" : "refused");
    return { attempt, reason: reasonOf(attempt.outcome), noRetry: answer.noRetry };
  }

  /** An envelope whose connection ends before it was acknowledged is not waited for. */
  async function overSocket(parcel: Parcel, retry: number, reason: RetryReason | null): Promise<Tried> {
    const attempt = begin(parcel, "socket", retry, null);
    const started = performance.now();
    await new Promise<void>((resolve) => {
      function settle(outcome: Outcome, ack: Ack | null): void {
        if (attempt.outcome !== "pending") return;
        attempt.outcome = outcome;
        if (ack) attempt.ms = performance.now() - started;
        if (ack && Object.keys(ack.payload).length > 0) attempt.body = JSON.stringify(ack.payload);
        clearTimeout(deadline);
        closing.removeEventListener("abort", end);
        sent?.settled();
        resolve();
      }
      const end = () => settle("unreachable", null);
      const deadline = setTimeout(() => settle("timeout", null), settings.ackMs);
      closing.addEventListener("abort", end);
      open.set(attempt.envelopeId ?? "", { attempt, settle: (ack) => settle("acked", ack) });
      const sent = hub.send(envelopeOf(parcel, attempt, reason), end);
      if (!sent || closing.aborted) end();
    });
    return { attempt, reason: reasonOf(attempt.outcome), noRetry: false };
  }

  return {
    async bring(parcel, target) {
      const made: Attempt[] = [];
      let reason: RetryReason | null = null;
      // Commands and buttons are sent once; only events come again.
      const retries = parcel.kind === "event" && !parcel.exactly ? settings.retriesMs : [];
      for (const [retry, delay] of [0, ...retries].entries()) {
        if (retry > 0) await wait(delay, undefined, { signal: closing }).catch(() => undefined);
        if (retry > 0 && closing.aborted) break;
        const to = target();
        const tried: Tried =
          to === "socket-mode"
            ? await overSocket(parcel, retry, reason)
            : await overHttp(parcel, to.url, retry, reason);
        made.push(tried.attempt);
        reason = tried.reason;
        if (reason === null || tried.noRetry) break;
      }
      return made;
    },
    attempts: () => attempts,
  };
}

function reasonOf(outcome: Outcome): RetryReason | null {
  switch (outcome) {
    case "timeout":
      return "http_timeout";
    case "refused":
      return "http_error";
    case "unreachable":
      return "connection_failed";
    default:
      return null;
  }
}

const envelopeTypes = { slash: "slash_commands", interactive: "interactive", event: "events_api" } as const;

/** Events say which attempt they are (node-slack-sdk, SocketModeClient: `retry_attempt`, `retry_reason`) and take no answer but the acknowledgement. */
function envelopeOf({ kind, payload }: Parcel, { envelopeId, retry }: Attempt, reason: RetryReason | null): Json {
  return {
    envelope_id: envelopeId,
    type: envelopeTypes[kind],
    accepts_response_payload: kind !== "event",
    payload,
    ...(kind === "event" && { retry_attempt: retry, retry_reason: reason ?? "" }),
  };
}
