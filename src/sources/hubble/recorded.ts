/** Flows from a file that the exporter or `hubble observe -o json` wrote, plain or gzipped: the same answers as from Relay. */
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Redaction } from "../../analysis/redact.ts";
import { BotError } from "../../errors.ts";
import type { HubbleQuestion, Source } from "../question.ts";
import { answerReplay, emptyReplay, isReplay, longestReadMs, type ReadWorld } from "../replay/answer.ts";
import { createReplayer } from "../replay/replayer.ts";
import { createCaptureRun, emptyCapture, unkept } from "./capture-run.ts";
import type { FlowSink } from "./decode.ts";
import { createFlowListRun } from "./flow-list-run.ts";
import { createFlowRun, emptyFinding } from "./flow-run.ts";
import { createLineReader } from "./json.ts";
import { createL7Run, isL7 } from "./l7-run.ts";
import { createLaterRun } from "./later-run.ts";
import { readLines } from "./lines.ts";
import { createMapRun } from "./map-run.ts";
import { createReplayRun } from "./replay-run.ts";
import { type ResolveTarget, resolveOrText } from "./resolve-target.ts";
import { createTopRun, emptyTop } from "./top-run.ts";
import { areKnown, createTraceRun, emptyTrace, resolveEnds } from "./trace-run.ts";

export interface RecordedOptions {
  readonly file: string;
  readonly resolve?: ResolveTarget | undefined;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly world?: ReadWorld | undefined;
  readonly redaction?: Redaction | undefined;
}

export interface RecordedHubble {
  readonly answer: Source<HubbleQuestion>;
  /** "Now": the newest flow's time, rounded up to a whole millisecond, so that a window that ends now contains it. */
  readonly newest: number;
  close(): Promise<void>;
}

/** Reads the file once to learn its end; each question reads it again, so that its size does not matter. Rejects with a BotError when it holds no flow. */
export async function openRecordedHubble(options: RecordedOptions): Promise<RecordedHubble> {
  const { file, resolve, workloadOf, redaction, world } = options;
  const replayer = createReplayer();
  const newest = await findNewest(file);
  return {
    newest,
    close: () => replayer.close(),
    async answer(question, signal, { stop, keep } = unkept) {
      if (question.ask === "later") {
        const run = createLaterRun({ question, workloadOf, redaction });
        const { bad, complete } = await readAll(file, run.sink, () => signal.aborted);
        return run.finish({ oldest: undefined, shed: bad, truncated: !complete });
      }
      if (question.ask === "follow") throw nothingToCome(file);
      if (question.ask === "trace") {
        const ends = await resolveEnds(question, resolve, signal);
        if (!areKnown(ends)) return emptyTrace(ends);
        const run = createTraceRun({ question, ...ends, workloadOf, redaction });
        const { bad, complete } = await readAll(file, run.sink, () => signal.aborted);
        return run.finish({ oldest: undefined, shed: bad, truncated: !complete });
      }
      const resolution = await resolveOrText(question, resolve, signal);
      if (resolution?.status === "ambiguous" || resolution?.status === "unknown")
        return question.ask === "capture"
          ? emptyCapture(question, resolution)
          : isReplay(question)
            ? emptyReplay(question, resolution)
            : question.ask === "top"
              ? emptyTop(resolution)
              : emptyFinding(question.ask, resolution);
      if (question.ask === "capture") {
        const run = createCaptureRun({ question, resolution, workloadOf, redaction, onFull: () => undefined });
        const isOver = () => signal.aborted || stop.aborted || run.full !== undefined;
        const { bad, complete } = await readAll(file, run.sink, isOver);
        const endedBy = run.full ?? (stop.aborted ? "cancelled" : "time");
        const truncated = !complete && run.full === undefined;
        return await run.finish({ oldest: undefined, shed: bad, truncated, endedBy }, keep);
      }
      if (isReplay(question)) {
        const run = createReplayRun({ question, resolution, workloadOf, redaction });
        const until = performance.now() + longestReadMs;
        const isOver = () => signal.aborted || performance.now() > until;
        const { bad, complete } = await readAll(file, run.sink, isOver);
        const read = run.finish({ oldest: undefined, shed: bad, truncated: !complete });
        return await answerReplay({ question, resolution, read, world, replayer, signal }, keep);
      }
      const run =
        question.ask === "flows"
          ? createFlowListRun({ question, resolution, redaction, whole: true })
          : question.ask === "map"
            ? createMapRun({ question, resolution, workloadOf, redaction })
            : isL7(question)
              ? createL7Run({ question, resolution, workloadOf, redaction })
              : question.ask === "top"
                ? createTopRun({ question, resolution, workloadOf, redaction })
                : createFlowRun({ question, resolution, workloadOf, redaction });
      const { bad, complete } = await readAll(file, run.sink, () => signal.aborted);
      return run.finish({ oldest: undefined, shed: bad, truncated: !complete });
    },
  };
}

function nothingToCome(file: string): BotError {
  return new BotError("BAD_COMMAND", `follow on the file ${file}`, {
    say: `The flows file ${file} ends where it ends: nothing comes that could be followed. Type observe for what it holds.`,
  });
}

async function findNewest(file: string): Promise<number> {
  let newest = Number.NEGATIVE_INFINITY;
  const sink: FlowSink = {
    flow({ time }) {
      if (time > newest) newest = time;
    },
    nodes: () => undefined,
    lost: () => undefined,
  };
  const { bad } = await readAll(file, sink, () => false);
  if (newest > Number.NEGATIVE_INFINITY) return Math.floor(newest) + 1;
  const lines = bad === 0 ? "it is empty" : `none of its ${bad} lines is a flow`;
  throw new BotError("BAD_COMMAND", `no flows in ${file}`, {
    say: `The flows file ${file} holds no flow: ${lines}. Write one with hubble observe -o json.`,
  });
}

/** `bad`: lines that are no record of Hubble's, or longer than any record. */
async function readAll(
  file: string,
  sink: FlowSink,
  isOver: () => boolean,
): Promise<{ readonly bad: number; readonly complete: boolean }> {
  const reader = createLineReader();
  let bad = 0;
  try {
    for await (const lines of readLines(file)) {
      if (isOver()) return { bad, complete: false };
      for (const line of lines) if (line === null || !reader.read(line, sink)) bad += 1;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BotError("BAD_COMMAND", `${file}: ${reason}`, {
      say: `The flows file ${file} could not be read: ${reason}`,
      cause,
    });
  }
  return { bad, complete: true };
}
