/** What the engine says about the worst pair: the rule that came nearest and what it lacks, or that the policies have changed their mind. */
import type { L7Denial } from "../../analysis/drops.ts";
import type { ClusterPair } from "../../analysis/merge-drops.ts";
import type { Inline } from "../../message/message.ts";
import type { WhyCase, WhyQuestion } from "../../sources/question.ts";
import { refusalText, requestName } from "../why/verdict.ts";
import type { ClusterView } from "./gather.ts";
import { missedName } from "./missed-name.ts";

/** Undefined when it was not asked about this pair, or knows no more than the flows. */
export function nearestRule(pair: ClusterPair, view: ClusterView | undefined): Inline[] | undefined {
  const answer = view?.why?.find(({ question }) => isAbout(question, pair));
  const [found] = answer?.finding.cases ?? [];
  const direction = pair.direction === "INGRESS" ? "ingress" : "egress";
  if (answer === undefined || found === undefined || found[direction].hidden) return undefined;
  const side = found[direction];
  // What is not loaded now may have been in force in an older version.
  if (side.verdict === "ALLOWED" && answer.finding.notes.some((note) => note.includes("not valid"))) return undefined;
  if (side.verdict === "ALLOWED")
    return ["Default deny when it was dropped; the policies as they are now allow it on this side. "];
  if (side.reason !== "default-deny") return undefined;
  const missed = direction === "egress" ? missedName(pair, view) : undefined;
  if (missed !== undefined) return ["Default deny: ", ...missed, ". "];
  if (side.nearest === null) return undefined;
  const hidden = { from: answer.finding.from.hidden, to: answer.finding.to.hidden };
  return ["Default deny: ", ...refusalText(found, direction, hidden), ". "];
}

/** The engine was asked about this pair, and the policies as they are now let it pass on the side that denied it. */
export function isAllowedNow(pair: ClusterPair, view: ClusterView | undefined): boolean {
  const answer = view?.why?.find(({ question }) => isAbout(question, pair));
  const side = answer?.finding.cases[0]?.[pair.direction === "INGRESS" ? "ingress" : "egress"];
  if (answer === undefined || side === undefined || side.hidden) return false;
  return side.verdict === "ALLOWED" && !answer.finding.notes.some((note) => note.includes("not valid"));
}

function isAbout({ from, to, port, protocol }: WhyQuestion, pair: ClusterPair): boolean {
  return (
    "labels" in from &&
    "labels" in to &&
    from.name === pair.source &&
    to.name === pair.destination &&
    port === pair.port &&
    protocol === pair.protocol
  );
}

/** A sentence with a space before it, or nothing. */
export function nearestRequest(worst: L7Denial, views: readonly ClusterView[]): Inline[] {
  const answers = views.flatMap(({ why }) => why ?? []);
  const found = answers
    .filter(
      ({ question: { http } }) =>
        http !== null && requestName(http) === requestName({ ...worst, path: worst.path.split("?")[0] ?? "" }),
    )
    .flatMap(({ finding }) => finding.cases.map((one) => ({ one, finding })))
    .find(({ one }) => refusedSide(one) !== undefined);
  if (found === undefined) return [];
  const direction = refusedSide(found.one);
  if (direction === undefined) return [];
  const hidden = { from: found.finding.from.hidden, to: found.finding.to.hidden };
  return [" Nearest: ", ...refusalText(found.one, direction, hidden), "."];
}

function refusedSide(found: WhyCase): "ingress" | "egress" | undefined {
  return (["ingress", "egress"] as const).find(
    (direction) => found[direction].reason === "l7" && found[direction].nearest !== null,
  );
}
