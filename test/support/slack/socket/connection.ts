/** One WebSocket with the bot: JSON out and in, the heartbeat, the ways to end. */
import type { Socket } from "node:net";
import type { Json } from "../json.ts";
import {
  closeCodes,
  closeFrame,
  createDecoder,
  encodeFrame,
  type Frame,
  FrameError,
  opcodes,
  textOfFrame,
} from "./frames.ts";

/** `warned` still gets envelopes, `leaving` gets none. */
export type ConnectionState = "open" | "warned" | "leaving" | "closed";

export interface Connection {
  readonly id: number;
  readonly openedAt: number;
  readonly state: () => ConnectionState;
  send(message: Json): void;
  mark(state: "warned" | "leaving"): void;
  /** The closing handshake. Slack leaves the TCP connection to the bot, for as long as it lingers. */
  close(code?: number): void;
  /** Cuts the TCP connection. */
  cut(): void;
  /** Half-open: what comes is not read and nothing is sent, until it is thawed. */
  freeze(): void;
  thaw(): void;
}

export interface ConnectionEvents {
  readonly text: (text: string) => void;
  /** Once, when no more envelopes can be sent or acknowledged. */
  readonly gone: () => void;
  /** What the bot did against the protocol. */
  readonly wrong: (message: string) => void;
}

const frameBytes = 1_048_576;

export function createConnection(
  socket: Socket,
  options: { readonly id: number; readonly pingMs: number; readonly lingerMs: number } & ConnectionEvents,
): Connection {
  const decoder = createDecoder({ masked: true, most: frameBytes });
  let state: ConnectionState = "open";
  let frozen = false;
  let closeSent = false;
  let linger: NodeJS.Timeout | undefined;

  function write(frame: Frame): void {
    if (!frozen && socket.writable) socket.write(encodeFrame(frame));
  }

  function gone(): void {
    if (state === "closed") return;
    state = "closed";
    clearInterval(heartbeat);
    options.gone();
  }

  function close(code: number = closeCodes.normal): void {
    if (closeSent) return;
    closeSent = true;
    write(closeFrame(code));
    gone();
    linger = setTimeout(() => socket.destroy(), options.lingerMs);
  }

  function take(frame: Frame): void {
    switch (frame.opcode) {
      case opcodes.text:
        if (!closeSent) options.text(textOfFrame(frame));
        return;
      case opcodes.ping:
        write({ opcode: opcodes.pong, payload: frame.payload });
        return;
      case opcodes.close:
        close(frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : closeCodes.normal);
        return;
      default:
    }
  }

  const heartbeat = setInterval(() => {
    write({ opcode: opcodes.ping, payload: Buffer.from("Ping from the service") });
  }, options.pingMs);

  socket.on("data", (bytes: Buffer) => {
    try {
      for (const frame of decoder.push(bytes)) take(frame);
    } catch (thrown) {
      if (!(thrown instanceof FrameError)) throw thrown;
      options.wrong(thrown.message);
      close(thrown.code);
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.end());
  socket.on("close", () => {
    clearTimeout(linger);
    gone();
  });

  return {
    id: options.id,
    openedAt: Date.now(),
    state: () => state,
    send: (message) => write({ opcode: opcodes.text, payload: Buffer.from(JSON.stringify(message)) }),
    mark(next) {
      if (state !== "closed") state = next;
    },
    close,
    cut: () => socket.destroy(),
    freeze() {
      frozen = true;
      socket.pause();
    },
    thaw() {
      frozen = false;
      socket.resume();
    },
  };
}
