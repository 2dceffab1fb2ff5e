/** What the flows say, as `drops` tells it: its whole answer stands in the thread, with the policies' word about the worst pair, for which `drops` asks in its second round. */
import type { Coverage } from "../../../analysis/coverage.ts";
import type { Message } from "../../../message/message.ts";
import type { Outcome, Question } from "../../../sources/question.ts";
import type { Answer } from "../../command.ts";
import { flowsAnswer } from "../../drops/answer.ts";
import type { DropsArgs } from "../../drops/args.ts";
import { followUps } from "../../drops/ask.ts";
import { gather } from "../../drops/gather.ts";
import { countersAnswer, failedAnswer } from "../../drops/no-flows.ts";
import { pictureOf } from "../../drops/picture.ts";
import type { DigestContext, DigestFacts } from "../context.ts";

export interface FlowsDetail {
  readonly message: Message;
  /** Undefined where flows could not be read. */
  readonly packets: number | undefined;
  readonly coverage: Coverage | null;
  readonly copyAs: Answer["copyAs"];
}

const shownPairs = 10;

/** Of the worst pair alone, and not what got through where nothing was dropped: that is every other line's. */
export function flowsQuestions({ context, outcomes }: DigestFacts): Question[] {
  const { window, visible } = context;
  const views = gather(context.clusters, visible, outcomes.filter(isOfFlows));
  const asked = followUps({ args: argsOf(context), window, visible }, views);
  return asked.filter(({ ask }) => ask !== "forwarded");
}

/** Asked in the second round: without them the flows are told all the same, and say so. */
export function isFollowUp({ ask }: Question): boolean {
  return ask === "policies" || ask === "why";
}

export function flowsDetail({ context, outcomes }: DigestFacts): FlowsDetail {
  const { window, clusters, visible, askedAt } = context;
  // The counters of the time before, and all else, are the headline's.
  const ofNow = outcomes.filter(
    (outcome) =>
      isOfFlows(outcome) || (outcome.question.ask === "dropTotals" && outcome.question.window.from === window.from),
  );
  const picture = pictureOf(argsOf(context), askedAt, window, gather(clusters, visible, ofNow));
  const hasCounters = picture.views.some(({ totals }) => totals !== undefined && totals.agents > 0);
  const { message, coverage, copyAs } =
    picture.drops !== undefined ? flowsAnswer(picture) : hasCounters ? countersAnswer(picture) : failedAnswer(picture);
  return { message, coverage, copyAs, packets: picture.drops === undefined ? undefined : picture.packets };
}

function isOfFlows({ question }: Outcome): boolean {
  return question.ask === "drops" || isFollowUp(question);
}

function argsOf({ window, namespaces, clusters }: DigestContext): DropsArgs {
  const ends = namespaces.length > 0 ? { namespace: namespaces } : {};
  return {
    select: { either: ends, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] },
    since: { kind: "ago", ms: window.to - window.from },
    until: { kind: "ago", ms: 0 },
    ...{ top: shownPairs, all: false, clusters },
  };
}
