/** The flags of `http` and `dns`: those of `drops` that a request can have. */
import type { Flag } from "../command.ts";
import { dropFlags } from "../drops/flags.ts";

/** A request has no drop reason, and its protocol is the command's name. */
const others: ReadonlySet<string> = new Set(["reason", "protocol", "last", "all"]);

export const l7Flags: readonly Flag[] = dropFlags.filter(({ key }) => !others.has(key));
