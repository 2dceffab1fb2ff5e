/** A cell that says there is nothing: needed where columns are aligned, left out where a row is written as words ("full in –"). */
import type { Text } from "./message.ts";

export const noValue = "–";

export function saysNothing(text: Text): boolean {
  return typeof text === "string" && (text.trim() === "" || text === noValue);
}
