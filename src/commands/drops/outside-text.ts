/** A paragraph about the first drop to an outside address with a name, where the answer speaks of another pair. */
import { numberText } from "../../analysis/counted.ts";
import type { Inline } from "../../message/message.ts";
import { nearestRule } from "./nearest-rule.ts";
import { firstOutside, outsideWords } from "./outside-name.ts";
import type { Picture } from "./picture.ts";
import { destinationText, shorten } from "./words.ts";

/** None or one. */
export function outsideText({ pairs, views, manyClusters }: Picture): Inline[][] {
  const pair = firstOutside(pairs);
  if (pair === undefined || pair === pairs[0]) return [];
  const view = views.find(({ cluster }) => cluster === pair.cluster);
  const more = pairs.filter((one) => outsideWords(one).length > 0).length - 1;
  return [
    [
      "Outside: ",
      { code: shorten(pair.source) },
      " → ",
      { code: destinationText(pair) },
      ...outsideWords(pair),
      manyClusters ? ` in ${pair.cluster}` : "",
      `${more > 0 ? `, and ${numberText(more)} more such ${more === 1 ? "pair" : "pairs"}` : ""}. `,
      ...(pair.reason === "POLICY_DENIED" ? (nearestRule(pair, view) ?? []) : []),
    ],
  ];
}
