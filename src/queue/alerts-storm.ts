/** A storm's one message, edited every ten seconds while groups come, and its file when it is over. */
import type { Queue } from "bullmq";
import type { Incident } from "../alerts/incident.ts";
import { type Member, memberOf, stormCsv, stormMessage, stormSubject } from "../alerts/storm.ts";
import type { AnswerDocument, AnswerFile, Delivery } from "../message/delivery.ts";
import type { Files } from "../store/artifacts.ts";
import type { Storms } from "../store/storms.ts";
import { notificationJobOptions } from "./alerts-in.ts";
import type { AlertJob } from "./alerts-jobs.ts";
import { askWhatWasDropped, type QuestionOptions } from "./alerts-storm-question.ts";
import type { Deliver } from "./outbox.ts";

export interface StormOptions extends QuestionOptions {
  readonly queue: Queue<AlertJob>;
  readonly storms: Storms;
  readonly files: Pick<Files, "keep">;
  readonly fileTtlMs: number;
  readonly deliver: Deliver;
}

type StormJob = Extract<AlertJob, { kind: "storm" }>;

const editEveryMs = 10_000;
/** How often is looked whether it is over. */
const lookEveryMs = 30_000;
/** What was dropped is asked with the looks until then, and taken once. */
const askForMs = 60_000;

/** Counts the incident among the storm's, instead of a thread of its own. */
export async function joinStorm(incident: Incident, options: StormOptions): Promise<Incident> {
  const { conversation, storm, key, version, root, evidence } = incident;
  if (root.version === version) return incident;
  const member = JSON.stringify(memberOf(incident) satisfies Member);
  await options.storms.put(conversation, storm, key, member);
  await lookAgain({ kind: "storm", conversation, storm }, editEveryMs, options);
  return { ...incident, root: { version, at: Date.now() }, news: [], evidence: { ...evidence, done: evidence.due } };
}

export async function showStorm(job: StormJob, options: StormOptions): Promise<void> {
  const { conversation, storm } = job;
  const texts = await options.storms.members(conversation, storm);
  const members = texts.map((text) => JSON.parse(text) as Member);
  const isOver = await options.storms.isOver(conversation, storm);
  const subject = stormSubject(conversation, storm);
  const now = Date.now();
  const message = stormMessage(members, isOver);
  // The same picture of it has the same id, whoever draws it.
  const id = `${subject}:root-${Math.floor(now / editEveryMs)}${isOver ? "-over" : ""}`;
  const root = { id, subject, conversation, message, place: {}, kind: "answer", at: now, answer: null } as const;
  await options.deliver({ ...root, lasts: true });
  if (members.length > 0 && now - Number(storm) < askForMs) await askWhatWasDropped(job, members, options);
  if (isOver) return await options.deliver(await fileLine(job, members, subject, options));
  await lookAgain(job, lookEveryMs, options);
}

/** At most one look in each stretch of `everyMs`. */
async function lookAgain(job: StormJob, everyMs: number, { queue }: StormOptions): Promise<void> {
  const at = (Math.floor(Date.now() / everyMs) + 1) * everyMs;
  const channel = job.conversation.replaceAll(":", "-");
  const jobId = `storm-${channel}-${job.storm}-${everyMs}-${at}`;
  await queue.add("storm", job, { ...notificationJobOptions, jobId, delay: Math.max(0, at - Date.now()) });
}

async function fileLine(
  { conversation, storm }: StormJob,
  members: readonly Member[],
  subject: string,
  { files, fileTtlMs }: StormOptions,
): Promise<Delivery> {
  const body = Buffer.from(stormCsv(members), "utf8");
  const name = `alert-storm-${new Date(Number(storm)).toISOString().slice(0, 16).replace(":", "")}.csv`;
  const type = "text/plain; charset=utf-8";
  const id = await files.keep({ name, type, body, ttlMs: fileTtlMs });
  const file: AnswerFile = { id, name, type, bytes: body.length };
  const message = { tone: "info", title: `All ${members.length} groups of the storm as a file`, blocks: [] } as const;
  const answer: AnswerDocument = {
    ...{ command: "alerts", args: {}, clusters: [], askedAt: new Date().toISOString(), window: null },
    ...{ result: { groups: members.length }, coverage: null, sources: [], message, copyAs: [], files: [file] },
  };
  const line = `${subject}:file`;
  const place = { under: subject };
  return { id: line, subject: line, conversation, place, kind: "answer", at: Date.now(), message, answer };
}
