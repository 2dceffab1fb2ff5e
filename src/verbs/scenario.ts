/** `--scenario`: what the lab has beside Star Wars. */
import { type ScenarioName, scenarioNames } from "../lab/world/world.ts";
import { textOption, UsageError, type VerbInput, type VerbOption } from "./verb.ts";

export const scenarioOption: VerbOption = {
  name: "scenario",
  value: "webpod|paths",
  doc: "also deploy webpod (HTTP and DNS made visible, queries that carry a user_id) or paths (connections that break)",
};

export function scenariosOption(input: VerbInput): readonly ScenarioName[] {
  const wanted = textOption(input, "scenario");
  if (wanted === undefined) return [];
  const found = scenarioNames.find((name) => name === wanted);
  if (!found) throw new UsageError(`--scenario is one of ${scenarioNames.join(", ")}`);
  return [found];
}
