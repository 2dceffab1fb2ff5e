/** A follow as the line that asks for it again. */
import { durationText } from "../../analysis/duration.ts";
import type { FlowSelect } from "../../analysis/select.ts";
import { againLine } from "../observe/line.ts";
import { defaultForMs, type FollowArgs } from "./args.ts";
import { asObserve } from "./ask.ts";

export function followLine(args: FollowArgs, select: FlowSelect = args.select): string {
  const duration = args.forMs === defaultForMs ? "" : ` --for ${durationText(args.forMs)}`;
  return `${againLine(asObserve({ ...args, select })).replace(/^observe/, "follow")}${duration}`;
}
