/** The parts of a flow that only a listing of single flows shows. Field numbers: flow.proto (1.19). */
import type { FlowDetails, Stamp } from "../../analysis/flow.ts";
import { big, type Cursor, ends, skip, uint } from "./cursor.ts";
import { chunk, field, readText, type Text, varint } from "./decode-l7.ts";

/** Filled while the flow's fields are read. */
export type OpenDetails = { -readonly [Key in keyof FlowDetails]: FlowDetails[Key] };

export function noDetails(): OpenDetails {
  return { stamp: null, hasIp: false, ethernet: undefined, authType: 0, socketPoint: 0, capturePoint: 0 };
}

export function readStamp(cursor: Cursor, end: number): Stamp {
  let seconds = 0;
  let nanos = 0;
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) seconds = big(cursor);
    else if (tag === field(2, varint)) nanos = uint(cursor);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { seconds, nanos };
}

export function readEthernet(cursor: Cursor, end: number, text: Text): { source: string; destination: string } {
  const macs = { source: "", destination: "" };
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, chunk)) macs.source = readText(cursor, end, text);
    else if (tag === field(2, chunk)) macs.destination = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return macs;
}

/** Nine booleans → bits, field 1 the lowest. */
export function readTcpFlags(cursor: Cursor, end: number): number {
  let flags = 0;
  while (cursor.at < end) {
    const tag = uint(cursor);
    const number = tag >>> 3;
    if ((tag & 7) !== varint || number < 1 || number > 9) skip(cursor, tag, end);
    else if (uint(cursor) !== 0) flags |= 1 << (number - 1);
  }
  ends(cursor, end);
  return flags;
}
