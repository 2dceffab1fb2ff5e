/** The answer of `capture`: what is in the file, what is not, and how to read it. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import type { Action, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Answer } from "../command.ts";
import { troubleNotes } from "../drops/notes.ts";
import { candidatesOf } from "../drops/result.ts";
import { denialTable, pairTable } from "../drops/tables.ts";
import { placeText, visibleNotes } from "../drops/visible.ts";
import { copyBlocks, ended } from "../ending.ts";
import type { CaptureArgs } from "./args.ts";
import { copyAs } from "./copy-as.ts";
import { endNotes } from "./ended.ts";
import { captureLine } from "./line.ts";
import type { CapturePicture } from "./picture.ts";
import { resultOf } from "./result.ts";
import { flowTable, verdictFacts } from "./tables.ts";

const shownCandidates = 10;

/** Flows of at least one cluster could be read. */
export function captureAnswer(picture: CapturePicture): Answer {
  const { shared, flows } = picture;
  const { who, window } = shared;
  const span = roughDuration(window.to - window.from);
  const title =
    flows === 0 ? `${who}: no flow fits in ${span}` : `${who}: ${counted(flows, "flow")} captured in ${span}`;
  const blocks = [verdictFacts(picture), flowTable(picture), pairTable(shared), denialTable(shared)];
  const shown = blocks.filter((block) => block !== undefined);
  return finished(picture, { tone: flows === 0 ? "warn" : "info", title, blocks: [...shown, ...endNotes(picture)] });
}

export function failedAnswer(picture: CapturePicture): Answer {
  return finished(picture, {
    tone: "bad",
    title: `${picture.shared.who}: no flows could be read`,
    blocks: [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** The target is several things, or none. */
export function targetAnswer(picture: CapturePicture): Answer {
  const { asked, views, shared } = picture;
  const where = listed(views.filter(({ resolution }) => resolution !== undefined).map(placeText));
  const isAmbiguous = views.some(({ resolution }) => resolution?.status === "ambiguous");
  const texts = views.flatMap(({ resolution }) => (resolution && "text" in resolution ? [resolution.text] : []));
  const typed = cutEnd(texts[0] ?? shared.who, 60);
  const candidates = candidatesOf(views);
  const actions = candidates.slice(0, shownCandidates).flatMap((candidate) => again(asked, candidate));
  const title = isAmbiguous
    ? `${typed}: which one? ${numberText(candidates.length)} things have that name in ${where}`
    : `${typed}: nothing has that name in ${where}`;
  const text = isAmbiguous
    ? "Nothing was captured. Type one of these:"
    : "Nothing was captured. Type another name, or the beginning of pods\u2019 names with --pod.";
  return {
    message: {
      tone: "warn",
      title,
      blocks: [
        { kind: "text", text },
        ...visibleNotes(views),
        ...(actions.length > 0 ? [{ kind: "actions", actions } as const] : []),
      ],
    },
    ...{ result: resultOf(picture), coverage: null, window: null, copyAs: [] },
  };
}

/** The time became impossible only when "now" was known. */
export function windowAnswer(args: CaptureArgs): Answer {
  const command = captureLine({ ...args, since: { kind: "ago", ms: 300_000 } });
  const text = "--since has to lie in the past, and at most 31 days back. Type for example:";
  return {
    message: {
      tone: "warn",
      title: "capture: there is no such time to begin at",
      blocks: [
        { kind: "text", text },
        { kind: "actions", actions: [{ label: "from 5 minutes ago", command }] },
      ],
    },
    ...{ result: null, coverage: null, window: null, copyAs: [] },
  };
}

/** Adds what every answer ends in, and the files. */
function finished(picture: CapturePicture, message: Message): Answer {
  const { views, shared } = picture;
  const lines = copyAs(picture);
  const whole = ended(shared, message, {
    ...{ troubles: troubleNotes(shared), last: copyBlocks(lines) },
    ...{ result: resultOf(picture), window: shared.window, copyAs: lines },
  });
  return { ...whole, files: views.flatMap(({ capture }) => (capture?.file ? [capture.file] : [])) };
}

function again(args: CaptureArgs, candidate: string): Action[] {
  const parsed = parseTarget(candidate);
  return parsed.ok ? [{ label: candidate, command: captureLine(args, parsed.target) }] : [];
}
