/** `capture`: flows of a stretch of time, past and to come, as a file for `hubble observe --input-file`. Result: `CaptureResult` in capture/result.ts. */
import { captureAnswer, failedAnswer, targetAnswer, windowAnswer } from "./capture/answer.ts";
import { CaptureArgs } from "./capture/args.ts";
import { asObserve, questionsOf } from "./capture/ask.ts";
import { captureFlags } from "./capture/flags.ts";
import { type CapturePicture, capturePictureOf } from "./capture/picture.ts";
import type { Command, CommandContext, Step } from "./command.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { drops } from "./drops.ts";
import { asDrops } from "./observe/ask.ts";
import { hasWindow } from "./observe/picture.ts";

export const capture: Command<CaptureArgs> = {
  name: "capture",
  summary: "Write flows, past and coming, into a file for hubble observe",
  positionals: drops.positionals,
  flags: captureFlags,
  examples: [
    "capture deathstar",
    "capture deathstar --for 1m --since 5m",
    "capture ns/payments --for 2m --verdict DROPPED",
  ],
  args: CaptureArgs,
  deadlineMs: 10_000,
  lastsMs: ({ forMs }) => forMs,
  namespaces: (args) => namedNamespaces(asDrops(asObserve(args))),
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<CaptureArgs>): Step {
  if (!hasWindow(asObserve(args), askedAt)) return { answer: windowAnswer(args) };
  if (round === 0) return { ask: questionsOf(args, askedAt, visible, clusters) };
  return { answer: answerOf(capturePictureOf(args, askedAt, clusters, visible, outcomes)) };
}

function answerOf(picture: CapturePicture) {
  if (picture.views.some(({ capture: found }) => found !== undefined)) return captureAnswer(picture);
  const isNotOneThing = picture.views.some(
    ({ resolution }) => resolution?.status === "ambiguous" || resolution?.status === "unknown",
  );
  return isNotOneThing ? targetAnswer(picture) : failedAnswer(picture);
}
