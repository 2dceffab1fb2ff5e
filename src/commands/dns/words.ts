/** Wordings of `dns`. */
import { counted, numberText } from "../../analysis/counted.ts";
import { durationText, roughDuration } from "../../analysis/duration.ts";
import { type Answers, addAnswers, type DnsCounts, type DnsRow, failedAnswers } from "../../analysis/l7/dns.ts";
import type { Picture } from "../drops/picture.ts";
import { shorten } from "../drops/words.ts";

/** `NXDOMAIN 4`; types that were answered differently each on their own: `A NOERROR 4, AAAA empty 4`. */
export function answersText({ types, refused, unanswered }: DnsRow): string {
  const answered = types.filter(({ answers }) => Object.keys(answers).length > 0);
  const kinds = answered.map(({ answers }) => Object.keys(answers).toSorted(byText).join());
  const isSame = answered.length === types.length && new Set(kinds).size === 1;
  const texts = isSame
    ? [answerText(addAnswers(answered.map(({ answers }) => answers)))]
    : answered.map(({ type, answers }) => `${shorten(type)} ${answerText(answers)}`);
  const said = texts.join(", ");
  const more = [
    ...(refused > 0 ? [`refused by policy ${numberText(refused)}`] : []),
    ...(unanswered > 0 ? [`no answer ${numberText(unanswered)}`] : []),
  ];
  const all = [...(said === "" ? [] : [said]), ...more].join(", ");
  return all === "" ? "not answered yet" : all;
}

/** What failed and how, as parts of a sentence. */
export function failureTexts({ answers, refused, unanswered }: DnsCounts): string[] {
  const failed = Object.entries(answers).filter(([name]) => failedAnswers({ [name]: 1 }) > 0);
  return [
    ...(refused > 0 ? [`${numberText(refused)} refused by policy`] : []),
    ...failed
      // A proxy answers what it refuses with REFUSED.
      .map(([name, count]) => [name, name === "REFUSED" ? count - refused : count] as const)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${numberText(count)} answered ${rcodeText(name)}`),
    ...(unanswered > 0 ? [`${numberText(unanswered)} without an answer`] : []),
  ];
}

/** How long the newest answer holds, and since when it does no more: an agent admits its addresses only as long. Of a time in the past newer answers are not seen. */
export function ttlText({ found }: DnsRow, { askedAt, window }: Pick<Picture, "askedAt" | "window">): string {
  if (!found) return "";
  const text = durationText(found.ttl * 1_000);
  const over = askedAt - Date.parse(found.at) - found.ttl * 1_000;
  return over < 1_000 || window.to < askedAt ? text : `${text}, ended ${roughDuration(over)} ago`;
}

export function nameText({ name, tried }: DnsRow): string {
  return tried > 1 ? `${shorten(name)} (tried as ${counted(tried, "name")})` : shorten(name);
}

function answerText(answers: Answers): string {
  return Object.entries(answers)
    .map(([name, count]) => `${name === "EMPTY" ? "empty" : rcodeText(name)} ${numberText(count)}`)
    .join(", ");
}

/** What has no name in this program is a number. */
function rcodeText(name: string): string {
  return /^\d+$/.test(name) ? `rcode ${name}` : name;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
