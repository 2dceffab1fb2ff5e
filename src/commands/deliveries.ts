/** `deliveries`: what became of what the bot had to say in this conversation. Result: `{}`; the numbers are the platform's business and stand in the message. */
import { z } from "zod";
import type { Command } from "./command.ts";

export const deliveries: Command<object> = {
  name: "deliveries",
  summary: "Say what was shown here, what waits, and what could not be shown and why",
  positionals: [],
  flags: [],
  examples: ["deliveries"],
  args: z.object({}),
  deadlineMs: 0,
  step: () => ({
    answer: {
      message: { tone: "info", title: "Nothing is known of this conversation", blocks: [] },
      result: {},
      coverage: null,
      window: null,
      copyAs: [],
      effects: [{ kind: "deliveries" }],
    },
  }),
};
