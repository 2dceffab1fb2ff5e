/** One POST to the bot's request URL. Slack waits three seconds and then hangs up. */
import { request as send } from "node:http";
import type { Signed } from "./request.ts";

export interface Answer {
  readonly status: number | null;
  readonly body: string;
  /** `X-Slack-No-Retry: 1` stops the retries (page "Events API"). */
  readonly noRetry: boolean;
  readonly failure: "timeout" | "unreachable" | null;
}

const bodyBytes = 1_048_576;

export async function post(
  url: string,
  { headers, body }: Signed,
  options: { readonly ms: number; readonly closing: AbortSignal },
): Promise<Answer> {
  const deadline = AbortSignal.timeout(options.ms);
  const signal = AbortSignal.any([deadline, options.closing]);
  return new Promise((resolve) => {
    let refusal: number | null = null;
    const fail = () => {
      const failure = deadline.aborted ? "timeout" : "unreachable";
      // A bot that refuses a long body may hang up while it is still being sent; that it refused was heard.
      resolve({ status: refusal, body: "", noRetry: false, failure: refusal === null ? failure : null });
    };
    const length = Buffer.byteLength(body);
    const request = send(url, {
      method: "POST",
      agent: false,
      signal,
      headers: { ...headers, "content-length": length },
    });
    request.on("error", fail);
    request.on("response", (response) => {
      const status = response.statusCode ?? null;
      if (status !== null && status >= 300) refusal = status;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= bodyBytes) chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () => {
        const noRetry = response.headers["x-slack-no-retry"] === "1";
        resolve({ status, body: Buffer.concat(chunks).toString("utf8"), noRetry, failure: null });
        // Whatever of a long body was not read by the bot is not sent any more.
        request.destroy();
      });
    });
    request.end(body);
  });
}
