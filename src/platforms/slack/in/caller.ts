/** Calls to Slack's Web API that a start needs: bounded, without the client's own retries and pauses, and ended by `signal`. */
import { type Logger, webApi } from "@slack/bolt";

export interface CallerOptions {
  readonly apiUrl: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const timeoutMs = 5_000;

export function callerOptions({ apiUrl, logger, signal }: CallerOptions): webApi.WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger,
    fetch: (url, init) =>
      fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal }),
  };
}

export function createCaller(token: string, options: CallerOptions): webApi.WebClient {
  return new webApi.WebClient(token, callerOptions(options));
}

/** Short, for people who operate the bot; never what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error;
  if (error instanceof webApi.WebAPIRateLimitedError) return "rate limited";
  if (error instanceof webApi.WebAPIHTTPError) return `HTTP ${error.statusCode}`;
  if (error instanceof webApi.WebAPIRequestError) return "Slack cannot be reached";
  return "Slack's answer cannot be read";
}

const authFailures = new Set(
  "invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type missing_scope no_permission access_denied team_access_not_granted org_login_required".split(
    " ",
  ),
);

/** Somebody has to change a token or a setting; waiting does not help. */
export const isAuthFailure = (reason: string): boolean => authFailures.has(reason);

/** Milliseconds before the next try: from a quarter of a second to half a minute, or as long as Slack asks, which is at most five minutes here. */
export function backoff(failures: number, error?: unknown): number {
  const asked = error instanceof webApi.WebAPIRateLimitedError ? Math.min(error.retryAfter * 1000, 300_000) : 0;
  return Math.max(asked, Math.min(250 * 2 ** Math.min(failures, 10), 30_000) * (0.75 + 0.5 * Math.random()));
}
