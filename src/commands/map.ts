/** `map`: who talks to whom, on which port, how much, and what of it is dropped. Result: `MapResult` in map/result.ts. */
import type { Outcome } from "../sources/question.ts";
import type { Command, CommandContext, Step } from "./command.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { windowOf } from "./drops/picture.ts";
import { failedAnswer, mapAnswer, targetAnswer, windowAnswer } from "./map/answer.ts";
import { asDrops, MapArgs } from "./map/args.ts";
import { firstQuestions, followUps } from "./map/ask.ts";
import { mapFlags } from "./map/flags.ts";
import { askedSelect, gatherMaps } from "./map/gather.ts";
import { type MapPicture, mapPictureOf } from "./map/picture.ts";

const deadlineMs = 10_000;

export const map: Command<MapArgs> = {
  name: "map",
  summary: "Draw who talks to whom: workloads, ports, rates, and where traffic is dropped",
  positionals: [
    {
      key: "target",
      name: "NAMESPACE|TARGET",
      optional: true,
      doc: "A namespace, or what drops takes: deathstar, default/deathstar, -l SELECTOR; the whole cluster when left out",
    },
  ],
  flags: mapFlags,
  examples: ["map", "map default", "map default/deathstar --since 15m", "map ns/payments --top 20 --all"],
  args: MapArgs,
  deadlineMs,
  namespaces: (args) => namedNamespaces(asDrops(args)),
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<MapArgs>): Step {
  const window = windowOf(asDrops(args), askedAt);
  if (window === undefined) return { answer: windowAnswer(args) };
  const asking = { args, window, visible };
  if (round === 0) return { ask: firstQuestions(asking, clusters) };
  const views = gatherMaps(clusters, visible, outcomes);
  const more = round === 1 && !isOver(outcomes) ? followUps(asking, views) : [];
  if (more.length > 0) return { ask: more };
  const understood = { ...args, select: askedSelect(args.select, outcomes) };
  return { answer: answerOf(mapPictureOf(understood, askedAt, window, views)) };
}

/** A question that waited for the whole deadline leaves no time for another. */
function isOver(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ status, ms }) => status === "late" && ms >= deadlineMs - 500);
}

function answerOf(picture: MapPicture) {
  if (picture.views.some((view) => view.map !== undefined)) return mapAnswer(picture);
  const isNotOneThing = picture.views.some(
    ({ resolution }) => resolution?.status === "ambiguous" || resolution?.status === "unknown",
  );
  return isNotOneThing ? targetAnswer(picture) : failedAnswer(picture);
}
