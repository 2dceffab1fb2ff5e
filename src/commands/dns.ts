/** `dns`: lookups by name, what came back and how fast. Result: `DnsResult` in dns/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { dnsAnswer } from "./dns/answer.ts";
import { DropsArgs } from "./drops/args.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { windowOf } from "./drops/picture.ts";
import { drops } from "./drops.ts";
import { windowAnswer } from "./l7-shared/answer.ts";
import { l7Flags } from "./l7-shared/flags.ts";
import { l7PictureOf, l7Questions } from "./l7-shared/picture.ts";

export const dns: Command<DropsArgs> = {
  name: "dns",
  summary: "Sum up DNS lookups: failing names first, search-path noise told apart",
  positionals: drops.positionals,
  flags: [...l7Flags, { key: "all", names: ["--all"], doc: "List names that only the search path asked for, too" }],
  examples: ["dns curl-pod", "dns ns/payments --since 1h", "dns --from-pod default/xwing"],
  args: DropsArgs,
  deadlineMs: 10_000,
  namespaces: namedNamespaces,
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<DropsArgs>): Step {
  const window = windowOf(args, askedAt);
  if (window === undefined) return { answer: windowAnswer("dns", args) };
  const asked = { args, askedAt, clusters, visible };
  if (round === 0) return { ask: l7Questions("dns", asked, window) };
  const picture = l7PictureOf("dns", asked, window, outcomes, (finding) =>
    finding.ask === "dns" ? (finding.dns ?? undefined) : undefined,
  );
  return { answer: dnsAnswer(picture) };
}
