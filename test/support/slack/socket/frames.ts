/** WebSocket frames (RFC 6455 §5): text, close, ping and pong; fragments are joined, extensions are not spoken. */

export const opcodes = Object.freeze({ continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 });

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Close codes (RFC 6455 §7.4.1). */
export const closeCodes = Object.freeze({ normal: 1000, protocol: 1002, encoding: 1007, tooBig: 1009 });

/** The peer broke the protocol; the connection ends with this code. */
export class FrameError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "FrameError";
    this.code = code;
  }
}

/** A client masks, a server does not. */
export function encodeFrame({ opcode, payload }: Frame, mask: Buffer | null = null): Buffer {
  const length = payload.length;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extended);
  head[0] = 0x80 | opcode;
  head[1] = (mask ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) head.writeUInt16BE(length, 2);
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return mask ? Buffer.concat([head, mask, masked(payload, mask)]) : Buffer.concat([head, payload]);
}

export function closeFrame(code: number): Frame {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return { opcode: opcodes.close, payload };
}

/** Takes bytes as they come and gives whole messages. `push` throws FrameError. */
export function createDecoder(options: { readonly masked: boolean; readonly most: number }): {
  push(bytes: Buffer): readonly Frame[];
} {
  let rest: Buffer = Buffer.alloc(0);
  let begun: { readonly opcode: number; readonly parts: Buffer[] } | null = null;

  function join(raw: RawFrame): Frame | null {
    if (raw.opcode >= opcodes.close) return raw;
    if ((raw.opcode === opcodes.continuation) === (begun === null)) {
      throw new FrameError(closeCodes.protocol, "a fragment out of place");
    }
    begun ??= { opcode: raw.opcode, parts: [] };
    begun.parts.push(raw.payload);
    const payload = Buffer.concat(begun.parts);
    if (payload.length > options.most) throw new FrameError(closeCodes.tooBig, "the message is too long");
    if (!raw.last) return null;
    const { opcode } = begun;
    begun = null;
    return { opcode, payload };
  }

  return {
    push(bytes) {
      rest = Buffer.concat([rest, bytes]);
      const frames: Frame[] = [];
      for (let raw = readFrame(rest, options); raw !== null; raw = readFrame(rest, options)) {
        rest = rest.subarray(raw.size);
        const frame = join(raw);
        if (frame) frames.push(frame);
      }
      return frames;
    },
  };
}

/** Strict: a text frame that is no UTF-8 ends the connection (RFC 6455 §8.1). */
export function textOfFrame({ payload }: Frame): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    throw new FrameError(closeCodes.encoding, "text that is no UTF-8");
  }
}

interface RawFrame extends Frame {
  readonly last: boolean;
  readonly size: number;
}

function readFrame(bytes: Buffer, options: { readonly masked: boolean; readonly most: number }): RawFrame | null {
  const [first, second] = [bytes[0], bytes[1]];
  if (first === undefined || second === undefined) return null;
  const opcode = first & 0x0f;
  const last = (first & 0x80) !== 0;
  const isMasked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  if ((first & 0x70) !== 0) throw new FrameError(closeCodes.protocol, "an extension nobody agreed on");
  if (!(Object.values(opcodes) as number[]).includes(opcode))
    throw new FrameError(closeCodes.protocol, "an unknown opcode");
  if (isMasked !== options.masked) throw new FrameError(closeCodes.protocol, "a mask where none may be, or none");
  if (opcode >= opcodes.close && (short > 125 || !last))
    throw new FrameError(closeCodes.protocol, "a control frame too long");
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const head = 2 + extended + (isMasked ? 4 : 0);
  if (bytes.length < 2 + extended) return null;
  const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > options.most) throw new FrameError(closeCodes.tooBig, "the message is too long");
  if (bytes.length < head + length) return null;
  const payload = bytes.subarray(head, head + length);
  const size = head + length;
  return {
    opcode,
    last,
    size,
    payload: isMasked ? masked(payload, bytes.subarray(head - 4, head)) : Buffer.from(payload),
  };
}

function masked(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
}
