/** What nobody asked for and what nobody finished. */
import type { Attempt } from "./inbound/delivery.ts";
import { methods } from "./methods/index.ts";
import type { State } from "./state/state.ts";

const pages = new Set([...Object.keys(methods), "response_url", "upload", "file"]);

export function findLeftovers(state: State, attempts: readonly Attempt[], wrong: readonly string[]): readonly string[] {
  const { calls, files, responseUrls } = state;
  // An event that was taken in the end is answered; a command has one chance.
  const answered = new Set(
    attempts.flatMap(({ kind, key, outcome }) => (kind === "event" && outcome === "acked" ? [key] : [])),
  );
  return [
    ...wrong,
    ...calls
      .of()
      .filter(({ method }) => !pages.has(method))
      .map(({ method }) => `the service does not know ${method}`),
    ...attempts
      .filter(({ outcome, spoilt }) => outcome !== "acked" && !spoilt)
      .filter(({ key }) => !answered.has(key))
      .map(unanswered),
    ...files
      .all()
      .filter(({ step }) => step !== "completed")
      .map(({ filename }) => `the upload of ${filename} was not completed`),
    ...(responseUrls.overused() > 0 ? [`a response_url was used ${responseUrls.overused()} times too often`] : []),
  ];
}

function unanswered({ kind, key, retry, outcome, status, lateMs }: Attempt): string {
  const how = status === null ? outcome : `${outcome} with ${status}`;
  const late = lateMs === null ? "" : `, acknowledged after ${lateMs} ms`;
  return `${kind} ${key}, attempt ${retry + 1}: ${how}${late}`;
}
