/** Wordings of `http`. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import { type HttpCounts, statusClasses } from "../../analysis/l7/http.ts";

/** `2xx 30, 5xx 2, no answer 1`; what policy refused stands behind the 4xx that it is a part of. */
export function statusText({ statuses, refused, errors, unanswered }: HttpCounts): string {
  const classes = statusClasses.flatMap((name) => {
    const count = statuses[name] ?? 0;
    if (count === 0) return [];
    const by = name === "4xx" && refused > 0 ? ` (${numberText(refused)} by policy)` : "";
    return [`${name === "other" ? "no status" : name} ${numberText(count)}${by}`];
  });
  const parts = [
    ...classes,
    ...(refused > 0 && (statuses["4xx"] ?? 0) === 0 ? [`refused ${numberText(refused)}`] : []),
    ...(errors > 0 ? [`proxy error ${numberText(errors)}`] : []),
    ...(unanswered > 0 ? [`no answer ${numberText(unanswered)}`] : []),
  ];
  return parts.length === 0 ? "not answered yet" : parts.join(", ");
}

/** What failed and how, as a part of a sentence; "" when nothing did. */
export function failureText({ statuses, refused, errors, unanswered }: HttpCounts): string {
  return listed([
    ...((statuses["5xx"] ?? 0) > 0 ? [`${numberText(statuses["5xx"] ?? 0)} failed with 5xx`] : []),
    ...(refused > 0 ? [`${numberText(refused)} refused by policy`] : []),
    ...(errors > 0 ? [`${counted(errors, "proxy error")}`] : []),
    ...(unanswered > 0 ? [`${numberText(unanswered)} without an answer`] : []),
  ]);
}
