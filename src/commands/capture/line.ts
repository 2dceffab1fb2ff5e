/** A capture as the line that asks for it again, and as the lines that do the same by hand. */
import { durationText } from "../../analysis/duration.ts";
import type { Target } from "../../analysis/target.ts";
import { againLine } from "../observe/line.ts";
import { type CaptureArgs, defaultForMs } from "./args.ts";
import { asObserve } from "./ask.ts";

export function captureLine(args: CaptureArgs, target: Target | undefined = args.select.target): string {
  const select = { ...args.select, ...(target && { target }) };
  const list = againLine({ ...asObserve({ ...args, select }), limit: { keep: "newest", count: 20 } });
  const duration = args.forMs === defaultForMs ? "" : ` --for ${durationText(args.forMs)}`;
  return `${list.replace(/^observe/, "capture")}${duration}`;
}
