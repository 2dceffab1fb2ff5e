import { once } from "node:events";
import type { ServerWritableStream } from "@grpc/grpc-js";

/** Writes to a client no faster than it reads. */
export interface Writer<T> {
  /** False once the client is gone. */
  readonly write: (message: T) => Promise<boolean>;
}

/** Messages after which other work gets its turn. */
const turn = 64;

/** At most grpc-js' own buffer waits in memory (its high-water mark): beyond it `write` waits for the client, or for the end of `signal`. */
export function createWriter<Q, R>(call: ServerWritableStream<Q, R>, signal: AbortSignal): Writer<R> {
  let written = 0;
  return {
    async write(message) {
      if (signal.aborted) {
        return false;
      }
      written += 1;
      if (!call.write(message)) {
        // Rejects only when the client is gone, which `signal` says too.
        await once(call, "drain", { signal }).catch(() => undefined);
      } else if (written % turn === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      return !signal.aborted;
    },
  };
}
