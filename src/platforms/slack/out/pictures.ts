/**
 * Pictures of an answer's charts. The answer stands with its numbers before the first is drawn; then each is uploaded for the bot alone, and shown by an edit of
 * the answer, in the chart's place. Where Slack does not show it there, it goes into the thread as a file; where that fails, the answer says where it is. What was
 * uploaded and what was decided is recorded, so that a picture is shown once, whatever is lost or dies between.
 */
import { BotError } from "../../../errors.ts";
import type { ChartSpec } from "../../../message/chart.ts";
import { altText } from "../../../message/chart-text.ts";
import type { Text } from "../../../message/message.ts";
import { cutEnd } from "../../../message/plain.ts";
import { slackLimits } from "../limits.ts";
import type { SlackMessage } from "../render.ts";
import type { ChartLook } from "../render-chart.ts";
import type { Posting } from "./appear.ts";
import { type Drawing, draw, pictureName } from "./draw.ts";
import { SlackFailure } from "./failure.ts";
import { attach, beginning } from "./file.ts";
import { textIn } from "./json.ts";
import { chartsOf, decideLook, type Looking, type Looks, looksOf } from "./looks.ts";
import type { Artifacts, Job, PictureEnd } from "./options.ts";
import { wordsOf } from "./present.ts";
import { upload } from "./upload.ts";
import { pause } from "./wait.ts";

export interface Picturing extends Posting, Looking, Drawing {
  readonly artifacts?: Artifacts | undefined;
}

/** An answer that stands. */
export interface Standing {
  readonly ts: string;
  /** How many charts it shows. */
  readonly charts: number;
  readonly render: (looks: Looks) => Promise<SlackMessage>;
  readonly edit: (message: SlackMessage) => Promise<void>;
}

/** How long a conversation waits for one picture at most; its numbers are there. */
const giveUpMs = 20_000;

export async function addPictures(picturing: Picturing, job: Job, standing: Standing): Promise<void> {
  for (const [nth, chart] of chartsOf(job).slice(0, standing.charts).entries()) {
    const looks = await looksOf(picturing, job);
    if (looks[nth] !== undefined) continue;
    const rendered = (look: ChartLook) =>
      standing.render(chartsOf(job).map((_, at) => (at === nth ? look : looks[at])));
    const show = async (look: ChartLook) => {
      const words = wordsOf(await rendered(look));
      await picturing.calls.api(job, "chat.update", { channel: job.channel, ts: standing.ts, ...words });
    };
    const { look, end } = await picture(picturing, job, { nth, chart, answerTs: standing.ts, show });
    await decideLook(picturing, job, nth, look);
    picturing.metrics.slackPictures.inc({ result: end });
    if (end !== "shown") await standing.edit(await rendered(look));
  }
}

interface Wanted {
  readonly nth: number;
  readonly chart: ChartSpec;
  readonly answerTs: string;
  /** Edits the answer. Rejects where Slack does not take this look. */
  readonly show: (look: ChartLook) => Promise<void>;
}

interface Decided {
  readonly look: ChartLook;
  readonly end: PictureEnd;
}

async function picture(picturing: Picturing, job: Job, wanted: Wanted): Promise<Decided> {
  const { log } = picturing;
  const { nth, chart } = wanted;
  const name = `${job.delivery.subject}:picture-${nth}`;
  const begunAt = await beginning(picturing, name);
  let drawn: Promise<Buffer> | undefined;
  const bytes = () => {
    drawn ??= draw(picturing, job, chart);
    return drawn;
  };
  try {
    const file = await inMessage(picturing, job, { ...wanted, name, bytes });
    if (file !== undefined) return { look: { as: "picture", file }, end: "shown" };
    const whole = { name: pictureName(job, nth), body: await bytes() };
    if (await attach(picturing, job, wanted.answerTs, { name: `${name}-file`, whole, giveUpMs })) {
      return { look: { as: "numbers", why: "The picture is in the thread." }, end: "thread" };
    }
    return await linked(picturing, job, nth, { bytes, why: "Slack took no picture here." });
  } catch (thrown) {
    if (!(thrown instanceof BotError) || isOfMessage(thrown)) throw thrown;
    const left = giveUpMs - (Date.now() - begunAt);
    if (thrown.retry && (thrown.retryAfterMs ?? 0) < left) throw thrown;
    log.warn({ err: thrown, delivery: job.delivery.id }, "an answer stays without its picture");
    if (!(thrown instanceof SlackFailure)) return failed(thrown.say);
    return await linked(picturing, job, nth, { bytes, why: `Slack took no picture: ${thrown.say}` });
  }
}

/** What keeps the whole answer from being edited is not the picture's fault. */
function isOfMessage(thrown: BotError): boolean {
  return thrown instanceof SlackFailure && (thrown.meaning === "uneditable" || thrown.meaning === "outside");
}

/** Slack may refuse a picture that it has just called ready (python-slack-sdk#1658): waits between attempts, in time-outs. */
const pauses = [0, 0.1, 0.2, 0.4];
/** A file that Slack has not looked at by then is no picture in time. */
const patience = 1;
const elsewhere = "elsewhere";

/** The file's id once the answer shows it; undefined where Slack does not show it there, which stays so. */
async function inMessage(
  picturing: Picturing,
  job: Job,
  { nth, chart, name, bytes, show }: Wanted & { readonly name: string; readonly bytes: () => Promise<Buffer> },
): Promise<string | undefined> {
  const { calls, shown, log } = picturing;
  if ((await shown.read(name)).id === elsewhere) return undefined;
  const { file, end } = await upload(picturing, job, {
    name,
    filename: pictureName(job, nth),
    altText: cutEnd(altText(chart), slackLimits.fileAlt),
    bytes,
    isDone: (seen) => textIn(seen, "mimetype")?.startsWith("image/") === true,
    patience,
  });
  for (const share of end === "lost" ? [] : pauses) {
    await pause(share * calls.timeoutMs, job.signal);
    try {
      await show({ as: "picture", file });
      return file;
    } catch (thrown) {
      if (!(thrown instanceof SlackFailure) || thrown.meaning !== "content") throw thrown;
      log.warn({ err: thrown, delivery: job.delivery.id }, "slack does not show a picture yet");
    }
  }
  await shown.record(name, elsewhere);
  return undefined;
}

interface Linking {
  readonly bytes: () => Promise<Buffer>;
  /** A sentence. */
  readonly why: string;
}

async function linked(picturing: Picturing, job: Job, nth: number, { bytes, why }: Linking): Promise<Decided> {
  const { artifacts, log } = picturing;
  if (!artifacts) return failed(why);
  try {
    const href = await artifacts.keep({ name: pictureName(job, nth), type: "image/png", body: await bytes() });
    const said: Text = [...(why === "" ? [] : [`${why} `]), { link: "See the picture", href }];
    return { look: { as: "numbers", why: said }, end: "link" };
  } catch (thrown) {
    log.error({ err: thrown, delivery: job.delivery.id }, "a picture could not be kept");
    return failed(why);
  }
}

function failed(why: string): Decided {
  return { look: { as: "numbers", ...(why !== "" && { why }) }, end: "failed" };
}

/** For all of them together: whoever asked waits for the answer meanwhile. */
const alonePatienceMs = 3_000;

/** Where no file can follow and nothing can be edited: links, decided before the answer is shown. */
export async function linkPictures(picturing: Picturing, job: Job): Promise<void> {
  const { artifacts, paint } = picturing;
  if (!artifacts || !paint) return;
  const looks = await looksOf(picturing, job);
  const hurried: Job = { ...job, signal: AbortSignal.any([job.signal, AbortSignal.timeout(alonePatienceMs)]) };
  for (const [nth, chart] of chartsOf(job).entries()) {
    if (looks[nth] !== undefined) continue;
    const { look, end } = await linked(picturing, job, nth, { bytes: () => draw(picturing, hurried, chart), why: "" });
    await decideLook(picturing, job, nth, look);
    picturing.metrics.slackPictures.inc({ result: end });
  }
}
