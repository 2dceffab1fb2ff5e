import { readFileSync } from "node:fs";
import protojson from "protobufjs/ext/protojson.js";
import { describe, expect, test } from "vitest";
import {
  enumText,
  enumValues,
  flowCodec,
  getFlowsResponse,
  messageType,
  msTimestamp,
  observerMethods,
  timestampMs,
  type WireFlow,
} from "../../../src/sources/hubble/wire.ts";

const recorded = readFileSync(new URL("../../fixtures/flows/responses.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Record<string, unknown>);

/** ProtoJSON's own spelling of field names; the recorded lines use the proto's. */
function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inCamelCase);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      inCamelCase(below),
    ]),
  );
}

describe("responses", () => {
  test.each(recorded.map((response, index) => [index, response] as const))(
    "recorded response %i survives encoding and decoding with every field",
    (_, response) => {
      const type = messageType("observer.GetFlowsResponse");
      const message = protojson.fromJson(type, response) as object;
      const decoded = getFlowsResponse.decode(getFlowsResponse.encode(message));
      expect(protojson.toJson(type, decoded)).toEqual(inCamelCase(response));
    },
  );

  test("fields are found by the numbers of Cilium's proto", () => {
    // verdict 2, drop_reason 3, node_name 11, drop_reason_desc 25, is_reply 26 (false), uuid 34, policy_log 21006, Summary 100000
    const flow = Buffer.concat([
      Buffer.from([0x10, 0x02, 0x18, 0x85, 0x01, 0x5a, 0x01, 0x6e, 0xc8, 0x01, 0x85, 0x01, 0xd2, 0x01, 0x00]),
      Buffer.from([0x92, 0x02, 0x01, 0x75, 0xf2, 0xa0, 0x0a, 0x01, 0x70, 0x82, 0xea, 0x30, 0x01, 0x73]),
    ]);
    // flow 1, node_name 1000, time 1001 { seconds 1: 5, nanos 2: 6 }
    const bytes = Buffer.concat([
      Buffer.from([0x0a, flow.length]),
      flow,
      Buffer.from([0xc2, 0x3e, 0x01, 0x6e, 0xca, 0x3e, 0x04, 0x08, 0x05, 0x10, 0x06]),
    ]);
    const response = getFlowsResponse.decode(bytes);
    expect(response).toMatchObject({
      flow: {
        verdict: 2,
        dropReason: 133,
        nodeName: "n",
        dropReasonDesc: 133,
        uuid: "u",
        policyLog: ["p"],
        Summary: "s",
      },
      nodeName: "n",
      time: { seconds: 5, nanos: 6 },
    });
    expect(response.flow?.isReply?.value).toBe(false);
    expect(getFlowsResponse.encode(response)).toEqual(bytes);
  });

  test("absent fields read as their defaults", () => {
    const flow = flowCodec.decode(Buffer.alloc(0));
    expect([flow.verdict, flow.uuid, flow.sourceNames, flow.isReply, flow.source]).toEqual([0, "", [], null, null]);
    expect(flow.cgroupId).toBe(0);
  });

  test("fields newer than this program are skipped", () => {
    const newer = Buffer.concat([flowCodec.encode({ uuid: "u" }), Buffer.from([0xba, 0x3e, 0x02, 0x08, 0x01])]);
    expect(flowCodec.decode(newer)).toEqual(flowCodec.decode(flowCodec.encode({ uuid: "u" })));
  });

  test("text that is no UTF-8 is replaced, the message is kept", () => {
    const bytes = flowCodec.encode({ Summary: "xx", verdict: 1 });
    bytes[bytes.indexOf("xx")] = 0xff;
    expect(flowCodec.decode(bytes)).toMatchObject({ verdict: 1, Summary: "\ufffdx" });
  });

  test("bytes that are no message throw, and the next message is read as if nothing had happened", () => {
    const bytes = flowCodec.encode({ uuid: "0123456789", verdict: 2 });
    expect(() => flowCodec.decode(bytes.subarray(0, bytes.length - 4))).toThrow(RangeError);
    expect(() => flowCodec.decode(Buffer.alloc(20, 0xff))).toThrow(Error);
    expect(flowCodec.decode(bytes)).toMatchObject({ uuid: "0123456789", verdict: 2 });
  });
});

describe("numbers", () => {
  test("an enum number without a name survives and shows as its number", () => {
    const flow = flowCodec.decode(flowCodec.encode({ verdict: 9, dropReasonDesc: 222, l7: { type: 7 } }));
    expect([flow.verdict, flow.dropReasonDesc, flow.l7?.type]).toEqual([9, 222, 7]);
    expect(enumText("DropReason", 222)).toBe("222");
  });

  test.each([
    [133, "POLICY_DENIED"],
    [181, "POLICY_DENY"],
    [139, "UNSUPPORTED_L3_PROTOCOL"],
    [158, "SERVICE_BACKEND_NOT_FOUND"],
    [160, "NO_TUNNEL_OR_ENCAPSULATION_ENDPOINT"],
    [205, "DROP_PUNT_PROXY"],
    [0, "DROP_REASON_UNKNOWN"],
  ])("drop reason %i is %s", (number, name) => {
    expect(enumText("DropReason", number)).toBe(name);
    expect(enumValues("DropReason")[name]).toBe(number);
  });

  test("every drop reason from 130 to 205 but 159 has a name", () => {
    const known = Object.values(enumValues("DropReason")).sort((left, right) => left - right);
    const expected = Array.from({ length: 76 }, (_, index) => 130 + index).filter((number) => number !== 159);
    expect(known).toEqual([0, ...expected]);
  });

  test.each([0, 1, 127, 128, 2 ** 28, 2 ** 32 - 1, 2 ** 32, 2 ** 35 + 1, Number.MAX_SAFE_INTEGER])(
    "the 64-bit number %d comes back exactly",
    (number) => {
      const { cgroupId } = flowCodec.decode(flowCodec.encode({ cgroupId: number }));
      expect(cgroupId).toBe(number);
    },
  );

  test("the CLI's `--all` is 2^64-1 and stays above every count", () => {
    // Field 1, ten bytes of 64 ones: what Go writes for math.MaxUint64.
    const bytes = Buffer.from([0x08, ...Array<number>(9).fill(0xff), 0x01]);
    expect(observerMethods.getFlows.requestDeserialize(bytes).number).toBe(2 ** 64);
  });

  test("seconds before 1970 stay negative", () => {
    const { time } = flowCodec.decode(flowCodec.encode({ time: { seconds: -62_135_596_800, nanos: 1 } }));
    expect(time).toMatchObject({ seconds: -62_135_596_800, nanos: 1 });
  });

  test("milliseconds survive the way through a timestamp", () => {
    for (const ms of [0, 1_763_700_000_123, 1_763_700_000_123.25, 1_763_700_000_999.9998, 1_763_699_999_999.9998]) {
      expect(timestampMs(msTimestamp(ms))).toBe(ms);
    }
  });

  test("a timestamp's nanoseconds stay below one second", () => {
    expect(msTimestamp(999.999_999_9)).toEqual({ seconds: 0, nanos: 999_999_999 });
  });
});

test("flows decode to plain fields that a type names", () => {
  const flow: WireFlow = {
    l4: { TCP: { sourcePort: 1, destinationPort: 80, flags: { SYN: true } } },
    IP: { ipVersion: 1 },
  };
  expect(flowCodec.decode(flowCodec.encode(flow))).toMatchObject(flow);
});
