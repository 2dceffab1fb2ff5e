/** One summary of what was dropped for all of a storm, in its thread: as a person would ask for it there, permitted by the channel's binding. */
import { bindingsFor, clustersOf, permit } from "../access/access.ts";
import { type Member, stormQuestion, stormSubject } from "../alerts/storm.ts";
import { parseCommand } from "../commands/grammar.ts";
import { BotError } from "../errors.ts";
import type { EvidenceOptions } from "./alerts-evidence.ts";
import type { AlertJob } from "./alerts-jobs.ts";

export type QuestionOptions = Pick<EvidenceOptions, "bindings" | "contact" | "clusters" | "dispatch">;

const patienceMs = 5_000;

/** Safe to repeat: the same storm is the same command. What may not be asked there is left out. */
export async function askWhatWasDropped(
  { conversation, storm }: Extract<AlertJob, { kind: "storm" }>,
  members: readonly Member[],
  { bindings: all, contact, clusters, dispatch }: QuestionOptions,
): Promise<void> {
  const { cluster, line } = stormQuestion(members, Number(storm));
  const bindings = bindingsFor(all, { conversation, direct: false });
  const known = clustersOf(bindings, clusters);
  if (!known.includes(cluster)) return;
  const parsed = parseCommand(line, { clusters: known, defaultCluster: cluster });
  if (!parsed.ok) return;
  const named = parsed.command.namespaces?.(parsed.args) ?? [];
  const permitted = permit(bindings, { command: parsed.command.name, clusters: parsed.clusters, named, contact });
  if (!permitted.ok) return;
  const subject = stormSubject(conversation, storm);
  const { status } = await dispatch({
    ...{ key: `alert:${subject}:drops`, conversation, place: { under: subject }, text: line, askedAt: Date.now() },
    ...{ clusters: known, visible: permitted.visible, repeats: true, patienceMs },
  });
  if (status === "not_taken") throw new BotError("UNREACHABLE", "the storm's question was not taken");
}
