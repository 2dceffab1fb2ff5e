/** `http`: requests by method and path, what came back and how fast. Result: `HttpResult` in http/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { DropsArgs } from "./drops/args.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { windowOf } from "./drops/picture.ts";
import { drops } from "./drops.ts";
import { httpAnswer } from "./http/answer.ts";
import { windowAnswer } from "./l7-shared/answer.ts";
import { l7Flags } from "./l7-shared/flags.ts";
import { l7PictureOf, l7Questions } from "./l7-shared/picture.ts";

export const http: Command<DropsArgs> = {
  name: "http",
  summary: "Sum up HTTP requests: status, latency, failing and slow upstreams first",
  positionals: drops.positionals,
  flags: l7Flags,
  examples: [
    "http webpod",
    "http deploy/default/deathstar --since 1h",
    "http --to-port 8080 --traffic-direction ingress",
  ],
  args: DropsArgs,
  deadlineMs: 10_000,
  namespaces: namedNamespaces,
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<DropsArgs>): Step {
  const window = windowOf(args, askedAt);
  if (window === undefined) return { answer: windowAnswer("http", args) };
  const asked = { args, askedAt, clusters, visible };
  if (round === 0) return { ask: l7Questions("http", asked, window) };
  const picture = l7PictureOf("http", asked, window, outcomes, (finding) =>
    finding.ask === "http" ? (finding.http ?? undefined) : undefined,
  );
  return { answer: httpAnswer(picture) };
}
