/** `observe`: single flows, as `hubble observe` prints them. Result: `ListResult` in observe/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { drops } from "./drops.ts";
import { listAnswer } from "./observe/answer.ts";
import { ObserveArgs } from "./observe/args.ts";
import { asDrops, questionsOf } from "./observe/ask.ts";
import { observeFlags } from "./observe/flags.ts";
import { failedAnswer, targetAnswer, windowAnswer } from "./observe/no-flows.ts";
import { hasWindow, type ListPicture, listPictureOf } from "./observe/picture.ts";

export const observe: Command<ObserveArgs> = {
  name: "observe",
  aliases: ["flows"],
  summary: "List single flows as hubble observe prints them, the newest of all nodes",
  positionals: drops.positionals,
  flags: observeFlags,
  examples: [
    "observe deathstar",
    "observe --since 5m --verdict DROPPED --last 50",
    "observe --from-pod default/tiefighter --http-status 4+",
    "observe ns/payments --not --protocol dns --print-node-name",
    "flows -t l7 -o json",
  ],
  args: ObserveArgs,
  deadlineMs: 10_000,
  namespaces: (args) => namedNamespaces(asDrops(args)),
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<ObserveArgs>): Step {
  if (!hasWindow(args, askedAt)) return { answer: windowAnswer(args) };
  if (round === 0) return { ask: questionsOf(args, askedAt, visible, clusters) };
  return { answer: answerOf(listPictureOf(args, askedAt, clusters, visible, outcomes)) };
}

function answerOf(picture: ListPicture) {
  if (picture.views.some(({ list }) => list !== undefined)) return listAnswer(picture);
  const isNotOneThing = picture.views.some(
    ({ resolution }) => resolution?.status === "ambiguous" || resolution?.status === "unknown",
  );
  return isNotOneThing ? targetAnswer(picture) : failedAnswer(picture);
}
