/** What a command about an incident answers by itself: nothing, for whoever has the incidents says what became of it. */
import type { Answer } from "../command.ts";
import type { IncidentAct } from "./act.ts";

/** Enough for an Alertmanager that answers late, and for another try where Redis was away for a moment. */
export const actDeadlineMs = 15_000;

export function actAnswer(id: string, act: IncidentAct): Answer {
  return {
    message: {
      tone: "warn",
      title: "No alerts come here",
      blocks: [
        { kind: "text", text: "There are no incidents without routes: set alerts.routes in the bot's configuration." },
      ],
    },
    result: { id, ...act },
    coverage: null,
    window: null,
    copyAs: [],
    effects: [{ kind: "incident", id, act }],
  };
}
