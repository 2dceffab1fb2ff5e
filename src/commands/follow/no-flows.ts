/** Answers without flows: Relay did not answer, the target is not one thing, there are too many already, or too many clusters. */
import type { Action } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { whichOne } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import type { ClusterView } from "../drops/gather.ts";
import { finished } from "./answer.ts";
import type { FollowArgs } from "./args.ts";
import { followLine } from "./line.ts";
import type { FollowPicture } from "./picture.ts";
import { resultOf } from "./result.ts";

const shownClusters = 10;
const longestSentence = 600;

export function failedAnswer(picture: FollowPicture): Answer {
  return finished(picture, {
    tone: "bad",
    title: `${picture.shared.who}: no flows could be followed`,
    blocks: [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** The target is several things, or none. */
export function targetAnswer(picture: FollowPicture): Answer {
  const { asked, place, shared } = picture;
  const { select } = asked;
  const message = whichOne({
    views: [place],
    ...{ who: shared.who, select, line: (other) => followLine({ ...asked, select: other }) },
  });
  return { message, result: resultOf(picture), coverage: null, window: null, copyAs: [] };
}

/** What was said instead of beginning: there are as many as may be, or nothing that could come. Nothing was asked of Relay then. */
export function refusalOf({ troubles }: ClusterView): string | undefined {
  return troubles.find(({ error }) => error.code === "TOO_MUCH" || error.code === "BAD_COMMAND")?.error.say;
}

export function refusedAnswer(picture: FollowPicture, say: string): Answer {
  return {
    message: {
      tone: "warn",
      title: `${picture.shared.who}: not followed`,
      blocks: [{ kind: "text", text: cutEnd(say, longestSentence) }],
    },
    ...{ result: resultOf(picture), coverage: null, window: null, copyAs: [] },
  };
}

/** One message cannot show how several clusters stand. */
export function oneClusterAnswer(args: FollowArgs, clusters: readonly string[]): Answer {
  const actions = clusters
    .slice(0, shownClusters)
    .map((cluster): Action => ({ label: cluster, command: followLine({ ...args, clusters: [cluster] }) }));
  return {
    message: {
      tone: "warn",
      title: "follow: one cluster at a time",
      blocks: [
        { kind: "text", text: "Nothing is followed. Type one of these:" },
        { kind: "actions", actions },
      ],
    },
    ...{ result: null, coverage: null, window: null, copyAs: [] },
  };
}
