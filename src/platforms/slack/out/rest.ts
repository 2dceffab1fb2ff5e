/** Where the rest of an answer is that is longer than Slack shows, when no file of Slack's can carry it. */
import { messageText } from "../../../message/text.ts";
import type { Shown } from "../../../store/shown.ts";
import type { Artifacts, Job, SlackOutLog } from "./options.ts";

export interface Whole {
  readonly name: string;
  readonly body: Buffer;
}

/** Far above any answer; bounds the memory and the upload. */
const mostCharacters = 1_000_000;

export function wholeAnswer({ delivery }: Job): Whole {
  const at = new Date(delivery.at).toISOString().slice(0, 19).replaceAll(":", "-");
  const name = `${delivery.answer?.command ?? "answer"}-${at}.txt`;
  return { name, body: Buffer.from(`${messageText(delivery.message, mostCharacters)}\n`, "utf8") };
}

export interface Resting {
  readonly shown: Shown;
  readonly artifacts?: Artifacts | undefined;
  readonly log: SlackOutLog;
}

/** What was decided before, so that a repeated attempt says the same. */
export async function decidedRest({ shown }: Resting, { delivery }: Job): Promise<string | undefined> {
  return (await shown.read(restName(delivery))).notes["rest"];
}

/** A link, else `hint`. */
export async function decideRest(resting: Resting, job: Job, hint: string): Promise<string> {
  const decided = await decidedRest(resting, job);
  if (decided !== undefined) return decided;
  const url = await link(resting, job);
  const rest = url === undefined ? hint : `The whole answer: ${url}`;
  await resting.shown.note(restName(job.delivery), { rest });
  return rest;
}

async function link({ artifacts, log }: Resting, job: Job): Promise<string | undefined> {
  if (!artifacts) return undefined;
  try {
    return await artifacts.keep({ ...wholeAnswer(job), type: "text/plain; charset=utf-8" });
  } catch (thrown) {
    log.error({ err: thrown, delivery: job.delivery.id }, "the whole answer could not be stored");
    return undefined;
  }
}

const restName = ({ id }: Job["delivery"]) => `${id}:rest`;
