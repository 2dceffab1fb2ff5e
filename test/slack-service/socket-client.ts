/** The bot's side of a WebSocket, with the bytes in the open. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { Socket } from "node:net";
import { asObject, type Json } from "../support/slack/json.ts";
import { createDecoder, encodeFrame, type Frame, opcodes } from "../support/slack/socket/frames.ts";
import { acceptKey } from "../support/slack/socket/handshake.ts";
import type { Slack } from "../support/slack/start.ts";
import { postForm, secrets, until } from "./service.ts";

export interface SocketClient extends AsyncDisposable {
  /** JSON messages, in order. */
  readonly got: readonly Json[];
  readonly frames: readonly Frame[];
  readonly closed: () => boolean;
  sendFrame(frame: Frame): void;
  /** Bytes as they are. */
  write(bytes: Buffer): void;
  ack(envelopeId: unknown, payload?: Json): void;
  /** The first message that fits, waited for. */
  next(fits: (message: Json) => boolean): Promise<Json>;
}

/** Envelopes are acknowledged at once when `acks`. */
export async function openSocket(slack: Slack, options: { readonly acks?: boolean } = {}): Promise<SocketClient> {
  return connect(await socketUrl(slack), options);
}

export async function socketUrl(slack: Slack): Promise<string> {
  const response = await postForm(slack, "apps.connections.open", {}, secrets.appToken);
  return String(asObject(await response.json())["url"]);
}

export async function connect(url: string, { acks = false } = {}): Promise<SocketClient> {
  const socket = await handshake(url);
  const decoder = createDecoder({ masked: false, most: 1_048_576 });
  const frames: Frame[] = [];
  const got: Json[] = [];
  const sendFrame = (frame: Frame) => socket.write(encodeFrame(frame, randomBytes(4)));
  const ack = (envelopeId: unknown, payload?: Json) => {
    const message = { envelope_id: envelopeId, ...(payload && { payload }) };
    sendFrame({ opcode: opcodes.text, payload: Buffer.from(JSON.stringify(message)) });
  };
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => {
    for (const frame of decoder.push(bytes)) {
      frames.push(frame);
      if (frame.opcode !== opcodes.text) continue;
      const message = asObject(JSON.parse(frame.payload.toString()));
      got.push(message);
      if (acks && message["envelope_id"] !== undefined) ack(message["envelope_id"]);
    }
  });
  return {
    got,
    frames,
    closed: () => socket.destroyed || socket.readableEnded,
    sendFrame,
    write: (bytes) => socket.write(bytes),
    ack,
    async next(fits) {
      await until(() => got.some(fits));
      return got.find(fits) as Json;
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

async function handshake(url: string): Promise<Socket> {
  const key = randomBytes(16).toString("base64");
  const asked = request(url.replace("ws://", "http://"), {
    agent: false,
    headers: { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": key },
  });
  asked.end();
  const [response, socket, head] = await Promise.race([
    once(asked, "upgrade"),
    once(asked, "response").then(([refusal]) => {
      refusal.resume();
      throw new Error(`refused with ${refusal.statusCode}`);
    }),
  ]);
  if (response.headers["sec-websocket-accept"] !== acceptKey(key)) throw new Error("the wrong key was accepted");
  if (head.length > 0) socket.unshift(head);
  return socket;
}
