/** A call to Relay that is asked with nothing and answered once: ServerStatus, GetNodes. */
import { type Client, Metadata, type MethodDefinition } from "@grpc/grpc-js";
import { BotError } from "../../errors.ts";
import { grpcError } from "./grpc-error.ts";
import type { EmptyRequest } from "./wire.ts";

const longestMs = 30_000;

/** Rejects with a BotError. */
export function askOnce<Response>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<EmptyRequest, Response>,
  address: string,
  signal: AbortSignal,
): Promise<Response | undefined> {
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      {},
      new Metadata(),
      { deadline: Date.now() + longestMs },
      (error, response) => {
        signal.removeEventListener("abort", abort);
        if (signal.aborted) reject(aborted(path, address));
        else if (error) reject(grpcError(error.code, error.details, address));
        else resolve(response);
      },
    );
    const abort = () => call.cancel();
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function aborted(path: string, address: string): BotError {
  return new BotError("TIMEOUT", `${path} of ${address} was aborted`, {
    say: `Relay at ${address} gave no answer in time.`,
  });
}
