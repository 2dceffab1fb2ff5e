/** How many may follow at once, and what somebody is told who is one too many. */
import { counted, listed } from "../analysis/counted.ts";
import { roughDuration } from "../analysis/duration.ts";
import { cutEnd } from "../message/plain.ts";
import type { FollowLimits, Follows, RunningFollow } from "../store/follows.ts";
import type { QueryJob } from "./jobs.ts";

/** Each holds a stream at Relay and a few megabytes; what is edited every five seconds takes a share of the edits that a platform allows. */
export const followLimits: FollowLimits = { perCluster: 4, perConversation: 2 };

/** Beyond the question's deadline, for clocks that differ. */
const spareMs = 5_000;
const longestLine = 120;

/** Takes a place for this job. Resolves to why it gets none, undefined when it has one. */
export async function enterFollow(job: QueryJob, follows: Follows): Promise<string | undefined> {
  const { command, question, conversation = "", deadlineAt } = job;
  const mine = {
    ...{ cluster: question.cluster, conversation, line: job.shown?.line ?? "" },
    until: deadlineAt + spareMs,
  };
  const held = await follows.enter(command, mine, followLimits);
  return held.length === 0 ? undefined : refusal(held, mine, Date.now());
}

/** Names those of the same conversation alone: what others look at elsewhere is theirs. */
function refusal(held: readonly RunningFollow[], mine: RunningFollow, now: number): string {
  const here = held.filter(({ conversation }) => conversation === mine.conversation);
  const elsewhere = held.length - here.length;
  const names = [
    ...here.map(
      ({ line, until }) => `${line === "" ? "a private one" : cutEnd(line, longestLine)} (${left(until, now)})`,
    ),
    ...(elsewhere > 0 ? [`${elsewhere} in other conversations`] : []),
  ];
  const where = elsewhere === 0 ? "here" : `on ${mine.cluster}`;
  const first = Math.min(...held.map(({ until }) => until));
  return `${counted(held.length, "follow")} ${held.length === 1 ? "runs" : "run"} ${where} already, as many as may: ${listed(names)}. Whoever asked for one may press stop under it; or ask again when one has ended, which is in ${roughDuration(Math.max(first - now, 1_000))} at the latest.`;
}

function left(until: number, now: number): string {
  return `${roughDuration(Math.max(until - now, 1_000))} left at most`;
}
