/**
 * Charts as PNG, drawn in a thread of its own: a picture keeps a core busy for 40 ms, and whoever holds locks or answers Slack must not wait for that. The
 * thread starts with the first picture, ends when none was asked for a while, and is replaced when it breaks. This file must stay light: it is loaded at start.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { BotError } from "../errors.ts";
import type { ChartSpec } from "../message/chart.ts";
import type { Theme } from "./theme.ts";

/** Pixels. The shape may be from 2:1 down to a tall one; everything is written in proportion to the width. A map chooses its height itself, up to the tallest. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

export interface Painter {
  /** PNG bytes; the same for the same chart and look. Rejects with a BotError: OVERLOADED, TOO_MUCH, TIMEOUT, INTERNAL, or CANCELLED by close. */
  paint(chart: ChartSpec, look?: Look): Promise<Buffer>;
  /** Ends the thread; what waits is refused. */
  close(): Promise<void>;
}

export interface PainterOptions {
  /** How long a thread without work is kept. */
  readonly idleMs?: number;
  /** For one picture, with the thread's start where it has to start. */
  readonly deadlineMs?: number;
  /** Pictures that may wait while one is drawn. */
  readonly mostWaiting?: number;
  /** Where the TTF files are, if not in the package. */
  readonly fontFolder?: string;
}

/** To the thread. The chart is JSON: a string is copied at once, a million small arrays are not. */
export interface DrawingOrder {
  readonly id: number;
  readonly chart: string;
  readonly look: Look;
}

export type DrawingAnswer =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly error: string };

interface Waiting {
  readonly order: DrawingOrder;
  resolve(png: Buffer): void;
  reject(error: BotError): void;
}

export const usualLook: Look = { width: 800, height: 400, theme: "light" };
/** More points than any screen shows; written as JSON in 20 ms. */
const mostPoints = 100_000;
const widths = { least: 300, most: 2_400 };
const shapes = { least: 0.45, most: 3 };
/** Far above what a picture needs: a runaway ends here instead of with the process. */
const threadLimits = { maxOldGenerationSizeMb: 256 };

export function createPainter(options: PainterOptions = {}): Painter {
  const { idleMs = 60_000, deadlineMs = 10_000, mostWaiting = 50, fontFolder } = options;
  const waiting: Waiting[] = [];
  let thread: Worker | undefined;
  let current: Waiting | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  /** Takes the next picture, or lets the thread rest. */
  function proceed(): void {
    clearTimeout(timer);
    current = waiting.shift();
    if (!current) {
      thread?.unref();
      timer = setTimeout(() => void drop(), idleMs).unref();
      return;
    }
    timer = setTimeout(() => {
      // What does not come back cannot be interrupted; only ended.
      fail(
        new BotError("TIMEOUT", `a picture took more than ${deadlineMs} ms`, {
          say: `The picture was not drawn in ${deadlineMs / 1_000} s.`,
        }),
      );
    }, deadlineMs);
    thread ??= start();
    thread.ref();
    thread.postMessage(current.order);
  }

  function start(): Worker {
    const started = startThread(fontFolder);
    const broke = (error: unknown) => {
      // An earlier thread's last words are not about the present picture.
      if (started === thread) fail(brokenThread(error));
    };
    started.on("message", (answer: DrawingAnswer) => {
      if (started !== thread || answer.id !== current?.order.id) return;
      const { resolve, reject } = current;
      if ("png" in answer) resolve(Buffer.from(answer.png.buffer, answer.png.byteOffset, answer.png.byteLength));
      else reject(new BotError("INTERNAL", answer.error, { say: "The picture could not be drawn." }));
      proceed();
    });
    started.on("error", broke);
    started.on("exit", (code) => broke(new Error(`the drawing thread ended with ${code}`)));
    return started;
  }

  /** The present picture and its thread are given up, the next ones get a new thread. */
  function fail(error: BotError): void {
    void drop();
    current?.reject(error);
    proceed();
  }

  async function drop(): Promise<void> {
    const dropped = thread;
    thread = undefined;
    await dropped?.terminate();
  }

  return {
    paint(chart, look = usualLook) {
      const refusal = closed ? closing() : refuse(chart, look, { waiting: waiting.length, mostWaiting });
      if (refusal) return Promise.reject(refusal);
      return new Promise((resolve, reject) => {
        waiting.push({ order: { id: ++lastId, chart: JSON.stringify(chart), look }, resolve, reject });
        if (!current) proceed();
      });
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      for (const { reject } of [...(current ? [current] : []), ...waiting.splice(0)]) reject(closing());
      current = undefined;
      await drop();
    },
  };
}

/** The compiled file, or the source where the sources run: Node 20 reads no TypeScript, and a thread does not inherit what made its parent read it. */
function startThread(fontFolder: string | undefined): Worker {
  const extension = extname(import.meta.url);
  const file = new URL(`./drawing-thread${extension}`, import.meta.url);
  const options = { workerData: { fontFolder }, resourceLimits: threadLimits };
  if (extension !== ".ts") return new Worker(file, options);
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file}'); })`;
  return new Worker(source, { ...options, eval: true, execArgv: [] });
}

function refuse(
  chart: ChartSpec,
  { width, height }: Look,
  { waiting, mostWaiting }: { readonly waiting: number; readonly mostWaiting: number },
): BotError | undefined {
  if (
    !(width >= widths.least && width <= widths.most && height / width >= shapes.least && height / width <= shapes.most)
  )
    return new BotError("INTERNAL", `no picture is ${width} × ${height}`, {
      say: "A picture of that size cannot be drawn.",
    });
  const points = pointsOf(chart);
  if (points > mostPoints)
    return new BotError("TOO_MUCH", `a chart of ${points} points`, {
      say: `A picture shows at most ${mostPoints.toLocaleString("en-US")} points: ask for fewer series, a shorter time, or a longer --step.`,
    });
  if (waiting >= mostWaiting)
    return new BotError("OVERLOADED", `${waiting} pictures wait`, {
      say: "Too many pictures are waiting to be drawn: ask again in a minute.",
    });
  return undefined;
}

function pointsOf(chart: ChartSpec): number {
  if (chart.kind === "map") return chart.edges.length;
  return chart.kind === "ranking" ? chart.bars.length : chart.series.reduce((sum, one) => sum + one.points.length, 0);
}

function brokenThread(error: unknown): BotError {
  const message = error instanceof Error ? error.message : String(error);
  return new BotError("INTERNAL", `the drawing thread broke: ${message}`, {
    say: "The picture could not be drawn: the log says why.",
    cause: error,
  });
}

function closing(): BotError {
  return new BotError("CANCELLED", "the painter was closed", {
    say: "The picture was not drawn: the bot is stopping.",
  });
}
