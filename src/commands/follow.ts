/** `follow`: flows as they come, in one message that changes with them until its time is over. Result: `FollowResult` in follow/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { drops } from "./drops.ts";
import { followAnswer } from "./follow/answer.ts";
import { FollowArgs } from "./follow/args.ts";
import { asObserve, questionOf } from "./follow/ask.ts";
import { followFlags } from "./follow/flags.ts";
import { failedAnswer, oneClusterAnswer, refusalOf, refusedAnswer, targetAnswer } from "./follow/no-flows.ts";
import { type FollowPicture, followPictureOf, progressPictureOf } from "./follow/picture.ts";
import { progressMessage } from "./follow/progress.ts";
import { asDrops } from "./observe/ask.ts";

export const follow: Command<FollowArgs> = {
  name: "follow",
  summary: "Follow flows as they come: one message with rates and the last lines",
  positionals: drops.positionals,
  flags: followFlags,
  examples: [
    "follow deathstar",
    "follow ns/payments --for 5m --verdict DROPPED",
    "follow --to-pod default/deathstar --http-status 5+ --for 2m",
  ],
  args: FollowArgs,
  deadlineMs: 10_000,
  lastsMs: ({ forMs }) => forMs,
  // The stop button is `cancel`, which needs that of `capture`: whoever may begin it may end theirs.
  permittedAs: "capture",
  namespaces: (args) => namedNamespaces(asDrops(asObserve(args))),
  progress: ({ args, question, view }) => progressMessage(progressPictureOf(args, question, view)),
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<FollowArgs>): Step {
  const [cluster] = clusters;
  if (cluster === undefined || clusters.length > 1) return { answer: oneClusterAnswer(args, clusters) };
  if (round === 0) return { ask: [questionOf(args, askedAt, visible, cluster)] };
  return { answer: answerOf(followPictureOf(args, askedAt, cluster, visible, outcomes)) };
}

function answerOf(picture: FollowPicture) {
  const { follow: found, place } = picture;
  if (found !== undefined) return followAnswer(picture, found);
  if (place.resolution?.status === "ambiguous" || place.resolution?.status === "unknown") return targetAnswer(picture);
  const refusal = refusalOf(place);
  return refusal === undefined ? failedAnswer(picture) : refusedAnswer(picture, refusal);
}
