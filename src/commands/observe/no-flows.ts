/** Answers without flows: Relay did not answer, the target is not one thing, the times make no sense. */
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { finished } from "./answer.ts";
import type { ObserveArgs } from "./args.ts";
import { againLine } from "./line.ts";
import type { ListPicture } from "./picture.ts";
import { resultOf } from "./result.ts";

export function failedAnswer(picture: ListPicture): Answer {
  return finished(picture, {
    tone: "bad",
    title: `${picture.who}: no flows could be read`,
    blocks: [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** The target is several things, or none. */
export function targetAnswer(picture: ListPicture): Answer {
  const { asked, views, who, window } = picture;
  const { select } = asked;
  const message = whichOne({ views, who, select, line: (other) => againLine({ ...asked, select: other }) });
  return { message, result: resultOf(picture), coverage: null, window, copyAs: [] };
}

export function windowAnswer(args: ObserveArgs): Answer {
  const lastHour = againLine({ ...args, since: { kind: "ago", ms: 3_600_000 }, until: null });
  return { message: whichTime("observe", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}
