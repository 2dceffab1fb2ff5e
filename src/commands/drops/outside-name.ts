/** An outside address that DNS answers give a name: the name, and whether the answer still held. */
import type { DropPair } from "../../analysis/drops.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { Inline } from "../../message/message.ts";
import { shorten } from "./words.ts";

/** The first pair whose destination has a name, or an answer that had run out, in the order of the answer. */
export function firstOutside<Pair extends DropPair>(pairs: readonly Pair[]): Pair | undefined {
  return pairs.find((pair) => outsideWords(pair).length > 0);
}

/** ` (api.example.com, its DNS answer expired 40s before the last drop)` behind a destination, or nothing. */
export function outsideWords(pair: DropPair): Inline[] {
  const { outside, destination } = pair;
  if (outside === undefined) return [];
  const name: Inline[] = outside.name === destination ? [] : [{ code: shorten(outside.name) }];
  const late = outside.answer?.lateMs ?? 0;
  const expired = late > 0 ? [`its DNS answer expired ${roughDuration(late)} before the last drop`] : [];
  if (name.length + expired.length === 0) return [];
  return [" (", ...name, name.length > 0 && expired.length > 0 ? ", " : "", ...expired, ")"];
}

/** The name alone, for a cell of a table; "" where there is none, or the destination is called by it already. */
export function outsideName({ outside, destination }: DropPair): string {
  return outside === undefined || outside.name === destination ? "" : shorten(outside.name);
}
