/**
 * A process that serves GetFlows as fast as the reader takes it: HTTP/2 written by hand over a plain socket, one DATA frame per flow as Relay's Go server
 * sends them, prepared beforehand and written in large pieces. node:http2 and grpc-js would be the bottleneck. Arguments: pool kind, pool size, flows per call,
 * and flows per second (default: as many as are taken); with a rate every flow has an id of its own.
 */
import { createServer, type Socket } from "node:net";
import { connected, mixedPool, scanPool } from "./flow-pool.ts";

const [kind = "mixed", poolSize = "20000", flowsPerCall = "1000000", perSecond = "0"] = process.argv.slice(2);
const rate = Number(perSecond);
const pool = kind === "scan" ? scanPool(Number(poolSize)) : mixedPool(Number(poolSize));
const meanBytes = pool.reduce((sum, one) => sum + one.length, 0) / pool.length;

/** Where the id's last twelve digits are in each message. */
const idAt = pool.map((bytes) => bytes.indexOf("257f84b18e45"));
let ids = 0;

const types = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, windowUpdate: 8 } as const;
const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const;
const prefaceLength = 24;

interface Stream {
  window: number;
  left: number;
  next: number;
  request: Buffer;
}

const server = createServer((socket) => serve(socket.setNoDelay(true)));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : 0} ${Math.round(meanBytes)}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));

function serve(socket: Socket): void {
  const streams = new Map<number, Stream>();
  let received = Buffer.alloc(0);
  let isGreeted = false;
  let window = 65_535;
  let initialWindow = 65_535;
  let isFull = false;
  let allowed = rate === 0 ? Number.POSITIVE_INFINITY : 0;
  const paced = setInterval(() => {
    allowed = Math.min(allowed + rate / 100, rate);
    pump();
  }, 10);
  if (rate === 0) clearInterval(paced);
  socket.on("close", () => clearInterval(paced));
  socket.on("error", () => undefined); // the reader is gone; so is its socket
  socket.on("drain", () => {
    isFull = false;
    pump();
  });
  socket.write(frame(types.settings, 0, 0, Buffer.alloc(0)));
  socket.on("data", (bytes) => {
    received = Buffer.concat([received, bytes]);
    if (!isGreeted && received.length < prefaceLength) return;
    if (!isGreeted) received = received.subarray(prefaceLength);
    isGreeted = true;
    while (received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
      const end = 9 + received.readUIntBE(0, 3);
      handle(received[3] ?? 0, received[4] ?? 0, received.readUInt32BE(5) & 0x7fffffff, received.subarray(9, end));
      received = received.subarray(end);
    }
  });

  function handle(type: number, flag: number, id: number, payload: Buffer): void {
    const stream = streams.get(id);
    if (type === types.settings && (flag & flags.ack) === 0) {
      for (let at = 0; at < payload.length; at += 6)
        if (payload.readUInt16BE(at) === 4) initialWindow = payload.readUInt32BE(at + 2);
      socket.write(frame(types.settings, flags.ack, 0, Buffer.alloc(0)));
    } else if (type === types.ping && (flag & flags.ack) === 0) socket.write(frame(types.ping, flags.ack, 0, payload));
    else if (type === types.windowUpdate) {
      if (id === 0) window += payload.readUInt32BE(0);
      else if (stream) stream.window += payload.readUInt32BE(0);
      pump();
    } else if (type === types.headers)
      streams.set(id, { window: initialWindow, left: -1, next: 0, request: Buffer.alloc(0) });
    else if (type === types.reset) streams.delete(id);
    else if (type === types.data && stream) {
      stream.request = Buffer.concat([stream.request, payload]);
      if ((flag & flags.endStream) !== 0) begin(id, stream);
    }
  }

  function begin(id: number, stream: Stream): void {
    const head = Buffer.concat([Buffer.from([0x88]), literal("content-type", "application/grpc")]);
    socket.write(frame(types.headers, flags.endHeaders, id, head));
    // The question for the oldest flows (number = 1) is answered with none, and so is a ping.
    const isSmall = stream.request.length === 5 || stream.request.subarray(5, 7).equals(Buffer.from([8, 1]));
    stream.left = isSmall ? 0 : Number(flowsPerCall);
    if (stream.left > 0) send(stream, frame(types.data, 0, id, message(connected)), connected.length + 5);
    pump();
  }

  function pump(): void {
    for (const [id, stream] of streams) {
      while (stream.left > 0 && !isFull && allowed >= 1) {
        const piece = nextPiece(id, stream);
        if (piece === undefined) break;
        send(stream, piece.frames, piece.cost);
        allowed -= piece.count;
        stream.left -= piece.count;
        stream.next += piece.count;
      }
      if (stream.left !== 0) continue;
      socket.write(frame(types.headers, flags.endHeaders | flags.endStream, id, literal("grpc-status", "0")));
      streams.delete(id);
    }
  }

  /** Up to 200 flows, as many as the windows allow; too few are not worth a write unless nothing else is to come. */
  function nextPiece(id: number, stream: Stream) {
    const room = Math.min(window, stream.window);
    const from = stream.next % pool.length;
    let cost = 0;
    let count = 0;
    const most = Math.min(200, stream.left, pool.length - from);
    while (count < most && cost + (pool[from + count]?.length ?? 0) + 5 <= room)
      cost += (pool[from + count++]?.length ?? 0) + 5;
    if (count < most && count < 50) return undefined;
    return { frames: framed(id, from, count, cost), cost, count };
  }

  function send(stream: Stream, bytes: Buffer, cost: number): void {
    window -= cost;
    stream.window -= cost;
    if (!socket.write(bytes)) isFull = true;
  }
}

function framed(id: number, from: number, count: number, cost: number): Buffer {
  const out = Buffer.allocUnsafe(cost + 9 * count);
  let at = 0;
  for (let index = from; index < from + count; index++) {
    const bytes = pool[index] ?? connected;
    at = writeHead(out, at, types.data, 0, id, bytes.length + 5);
    out[at++] = 0;
    at = out.writeUInt32BE(bytes.length, at);
    bytes.copy(out, at);
    if (rate > 0) out.write((ids++).toString(16).padStart(12, "0"), at + (idAt[index] ?? 0), "latin1");
    at += bytes.length;
  }
  return out;
}

function frame(type: number, flag: number, id: number, payload: Buffer): Buffer {
  const out = Buffer.alloc(9 + payload.length);
  payload.copy(out, writeHead(out, 0, type, flag, id, payload.length));
  return out;
}

function writeHead(out: Buffer, start: number, type: number, flag: number, id: number, length: number): number {
  out.writeUIntBE(length, start, 3);
  out[start + 3] = type;
  out[start + 4] = flag;
  return out.writeUInt32BE(id, start + 5);
}

function message(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** HPACK: literal field without indexing, no Huffman. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}
