/** What the answers to an alert's own questions say, as the facts that the verdict is made of, and the way back to the incident. */
import type { Queue } from "bullmq";
import type { VerdictFacts } from "../alerts/verdict.ts";
import type { DropsResult } from "../commands/drops/result.ts";
import type { TopResult } from "../commands/top/result.ts";
import type { VerdictTests } from "../commands/verdict/tests.ts";
import type { AnswerDocument } from "../message/delivery.ts";
import { notificationJobOptions } from "./alerts-in.ts";
import type { AlertJob } from "./alerts-jobs.ts";
import type { CommandRecord } from "./jobs.ts";

/** Hears of every answer; only those in an incident's thread are its own. */
export function createVerdictAsking(queue: Queue<AlertJob>) {
  return async ({ id, place }: CommandRecord, document: AnswerDocument): Promise<void> => {
    const [, key, episode] = /^incident:([0-9a-f]{32}):(\d+)$/.exec(place.under ?? "") ?? [];
    const facts = key === undefined ? undefined : partialFacts(document);
    if (key === undefined || facts === undefined) return;
    const job = { kind: "verdict", key, episode: Number(episode), facts } as const;
    await queue.add("verdict", job, { ...notificationJobOptions, jobId: `verdict-${id}` });
  };
}

const mostPairs = 50;

/** Undefined where the answer says nothing about it. */
export function partialFacts({
  command,
  result,
  coverage,
}: Pick<AnswerDocument, "command" | "result" | "coverage">): Partial<VerdictFacts> | undefined {
  if (command === "verdict") return factsOf({ result, coverage });
  return command === "top" ? { mapPressure: fullest(result as TopResult) } : undefined;
}

/** Null where no map says how full it is. */
function fullest({ pressure }: TopResult): VerdictFacts["mapPressure"] {
  const [first] = [...pressure].sort((left, right) => right.now - left.now);
  return first === undefined ? null : { map: first.map, ratio: first.now };
}

function factsOf({ result, coverage }: Pick<AnswerDocument, "result" | "coverage">): Partial<VerdictFacts> {
  const { packets, pairs, l7Denials, metrics, tests } = result as DropsResult & { readonly tests?: VerdictTests };
  const listed = pairs.slice(0, mostPairs);
  return {
    packets,
    ...(tests !== undefined && testFacts(listed, tests)),
    pairs: listed.map(({ source, destination, port, protocol, reason, noise, ...pair }) => ({
      ...{ source, destination, port, protocol, reason, noise, packets: pair.packets },
      ...{ first: Date.parse(pair.first), last: Date.parse(pair.last) },
    })),
    l7Denials: l7Denials.reduce((sum, { count }) => sum + count, 0),
    complete: isComplete(coverage),
    counted: metrics.length === 0 ? null : metrics.reduce((sum, one) => sum + one.packets, 0),
  };
}

/** By the places of the answer's pairs; those that were not looked at count as what proves nothing. */
function testFacts(
  pairs: DropsResult["pairs"],
  { laterThrough, ends, identityChanges, because }: VerdictTests,
): Pick<VerdictFacts, "laterThrough" | "ends" | "identityChanges" | "because"> {
  return {
    laterThrough: laterThrough && pairs.map((_, place) => laterThrough[place] === true),
    ends: ends && pairs.map((_, place) => ends[place] ?? { ageMs: null, gone: false }),
    ...{ identityChanges, because },
  };
}

function isComplete(coverage: unknown): boolean {
  const { nodes, lost, shed, truncated } = (coverage ?? {}) as {
    readonly nodes?: { readonly answered: number; readonly total: number };
    readonly lost?: Readonly<Record<string, number>>;
    readonly shed?: number;
    readonly truncated?: boolean;
  };
  const isLossless = Object.values(lost ?? {}).every((count) => count === 0) && shed === 0 && truncated === false;
  return nodes !== undefined && nodes.answered === nodes.total && isLossless;
}
