/** What the flows say, as `drops` tells it: its whole answer stands in the thread. */
import type { Coverage } from "../../../analysis/coverage.ts";
import type { Message } from "../../../message/message.ts";
import type { Answer } from "../../command.ts";
import { flowsAnswer } from "../../drops/answer.ts";
import type { DropsArgs } from "../../drops/args.ts";
import { gather } from "../../drops/gather.ts";
import { countersAnswer, failedAnswer } from "../../drops/no-flows.ts";
import { pictureOf } from "../../drops/picture.ts";
import type { DigestFacts } from "../context.ts";

export interface FlowsDetail {
  readonly message: Message;
  /** Undefined where flows could not be read. */
  readonly packets: number | undefined;
  readonly coverage: Coverage | null;
  readonly copyAs: Answer["copyAs"];
}

const shownPairs = 10;

export function flowsDetail({ context, outcomes }: DigestFacts): FlowsDetail {
  const { window, namespaces, clusters, visible, askedAt } = context;
  const ends = namespaces.length > 0 ? { namespace: namespaces } : {};
  const args: DropsArgs = {
    select: { either: ends, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] },
    since: { kind: "ago", ms: window.to - window.from },
    until: { kind: "ago", ms: 0 },
    ...{ top: shownPairs, all: false, clusters },
  };
  // The counters of the time before, and all else, are the headline's.
  const ofNow = outcomes.filter(
    ({ question }) =>
      question.ask === "drops" || (question.ask === "dropTotals" && question.window.from === window.from),
  );
  const picture = pictureOf(args, askedAt, window, gather(clusters, visible, ofNow));
  const hasCounters = picture.views.some(({ totals }) => totals !== undefined && totals.agents > 0);
  const { message, coverage, copyAs } =
    picture.drops !== undefined ? flowsAnswer(picture) : hasCounters ? countersAnswer(picture) : failedAnswer(picture);
  return { message, coverage, copyAs, packets: picture.drops === undefined ? undefined : picture.packets };
}
