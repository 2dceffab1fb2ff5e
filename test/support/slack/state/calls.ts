/** Every request the bot made, in the order in which they came. Tokens are not kept. */
import type { Json } from "../json.ts";

export interface Call {
  /** A method, `response_url` or `upload`. */
  readonly method: string;
  readonly channel: string | null;
  readonly args: Json;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What was done to it on purpose. */
  fault: string | null;
  /** Whether the effect took place: for a lost reply it did. */
  effect: boolean;
  /** The status that was sent; null while it is open and when the connection was cut. */
  status: number | null;
  /** `ok`, else Slack's error code; null when it was never worked on. */
  outcome: string | null;
}

export interface Calls {
  begin(method: string, channel: string | null, args: Json): Call;
  of(method?: string): readonly Readonly<Call>[];
}

export function createCalls(): Calls {
  const calls: Call[] = [];
  return {
    begin(method, channel, args) {
      const call: Call = {
        ...{ method, channel, args: withoutToken(args), at: Date.now() },
        ...{ fault: null, effect: false, status: null, outcome: null },
      };
      calls.push(call);
      return call;
    },
    of: (method) => calls.filter((call) => method === undefined || call.method === method).map((call) => ({ ...call })),
  };
}

function withoutToken({ token: _token, ...rest }: Json): Json {
  return rest;
}
