/** A list of flows from Relay: the nodes are asked for the newest (or oldest) so many each, and for everything when that was not enough. */
import type { Redaction } from "../../analysis/redact.ts";
import type { Resolution } from "../../analysis/target.ts";
import type { FlowListQuestion } from "../question.ts";
import { createFlowListRun, type FlowListRun } from "./flow-list-run.ts";
import type { FlowsFinding } from "./flow-run.ts";
import { askRelay, type RelayQuestion } from "./relay-question.ts";

export interface RelayListQuestion extends Omit<RelayQuestion, "start"> {
  readonly question: FlowListQuestion;
  readonly resolution: Resolution | null;
  readonly redaction?: Redaction | undefined;
}

/** A server that ignores a filter, or whose filter is wider than what is wanted, fills its number with flows that are not. */
export async function askRelayForList(options: RelayListQuestion): Promise<FlowsFinding> {
  const { question, resolution, redaction, ...asking } = options;
  let run: FlowListRun | undefined;
  const startWith = (whole: boolean) => () => {
    run = createFlowListRun({ question, resolution, redaction, whole });
    return run;
  };
  const finding = await askRelay({ ...asking, start: startWith(false) });
  if (asking.signal.aborted || run?.mayLack !== true) return finding;
  return await askRelay({ ...asking, start: startWith(true) });
}
