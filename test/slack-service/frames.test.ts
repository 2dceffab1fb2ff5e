import { expect, test } from "vitest";
import { createDecoder, encodeFrame, opcodes } from "../support/slack/socket/frames.ts";
import { acceptKey } from "../support/slack/socket/handshake.ts";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const decode = (masked: boolean, ...chunks: readonly Buffer[]) => {
  const decoder = createDecoder({ masked, most: 1_000_000 });
  return chunks.flatMap((chunk) => decoder.push(chunk)).map(({ opcode, payload }) => [opcode, payload.toString()]);
};

test("the accepted key is the one of RFC 6455", () => {
  expect(acceptKey("dGhlIHNhbXBsZSBub25jZQ==")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

test("the examples of RFC 6455 §5.7 are read and written", () => {
  const hello = Buffer.from("Hello");
  expect(encodeFrame({ opcode: opcodes.text, payload: hello })).toEqual(bytes("81 05 48 65 6c 6c 6f"));
  const masked = bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58");
  expect(encodeFrame({ opcode: opcodes.text, payload: hello }, bytes("37 fa 21 3d"))).toEqual(masked);
  expect(decode(true, masked)).toEqual([[opcodes.text, "Hello"]]);
  expect(decode(false, bytes("01 03 48 65 6c"), bytes("80 02 6c 6f"))).toEqual([[opcodes.text, "Hello"]]);
});

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])("%i bytes survive the way there", (length) => {
  const payload = Buffer.alloc(length, "abc");
  for (const mask of [null, bytes("01 02 03 04")]) {
    const frame = encodeFrame({ opcode: opcodes.text, payload }, mask);
    expect(decode(mask !== null, frame)).toEqual([[opcodes.text, payload.toString()]]);
  }
});

test("frames are read however the bytes are cut", () => {
  const mask = bytes("01 02 03 04");
  const one = encodeFrame({ opcode: opcodes.text, payload: Buffer.alloc(200, "x") }, mask);
  const two = encodeFrame({ opcode: opcodes.ping, payload: Buffer.from("y") }, mask);
  const all = Buffer.concat([one, two]);
  const single = Array.from(all, (_, at) => all.subarray(at, at + 1));
  expect(decode(true, ...single)).toEqual([
    [opcodes.text, "x".repeat(200)],
    [opcodes.ping, "y"],
  ]);
  expect(decode(true, all)).toEqual(decode(true, ...single));
});

test("a ping between two fragments does not break the message", () => {
  const parts = [bytes("01 01 61"), bytes("89 00"), bytes("80 01 62")];
  expect(decode(false, ...parts)).toEqual([
    [opcodes.ping, ""],
    [opcodes.text, "ab"],
  ]);
});
