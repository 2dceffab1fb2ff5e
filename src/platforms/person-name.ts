/** What a platform calls a person, for a place: nothing is known where it does not say, and nobody's name is a page long. */

import type { Place } from "../message/delivery.ts";
import { cutEnd } from "../message/plain.ts";

const longest = 80;

export function nameIn(...given: readonly (string | null | undefined)[]): Pick<Place, "name"> {
  const name = given.map((one) => one?.trim()).find((one) => one);
  return name === undefined ? {} : { name: cutEnd(name, longest) };
}
