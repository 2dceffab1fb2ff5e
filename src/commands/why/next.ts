/** What to ask next. */
import { readIp } from "../../analysis/target-ip.ts";
import type { Action, Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { WhyCase } from "../../sources/question.ts";
import { dropsLine } from "../drops/line.ts";
import { shorten } from "../drops/words.ts";
import { policiesLine } from "../policies/line.ts";
import { suggestEndLine } from "../suggest/line.ts";
import { traceLine } from "../trace/line.ts";
import { asDrops } from "./ask.ts";
import { admittedName, mostNames, namesToAsk } from "./by-name.ts";
import { whyLine } from "./line.ts";
import { namedDrops } from "./outside.ts";
import type { WhyPicture } from "./picture.ts";
import { refusing } from "./verdict.ts";

const longestLabel = 60;

export function nextSteps(picture: WhyPicture): Block {
  const { args, views, from, to } = picture;
  const drops: Action = { label: "drops of this pair", command: dropsLine(dropsOf(picture)) };
  const worst = views
    .flatMap(({ why }) => why?.cases ?? [])
    .toSorted((left, right) => Number(right.verdict !== "ALLOWED") - Number(left.verdict !== "ALLOWED"))[0];
  const end = worst === undefined ? undefined : endWithPolicies(worst);
  const policies: Action[] =
    end === undefined
      ? []
      : [
          {
            label: `policies of ${shorten(end === "from" ? from : to)}`,
            command: policiesLine(args[end], args.clusters),
          },
        ];
  const both: Action = { label: "both sides", command: traceLine(args) };
  return { kind: "actions", actions: [...nameActions(picture), drops, both, ...policies, ...suggestion(picture)] };
}

/** What the policies say of each name of the addresses asked about. */
function nameActions({ args, views, manyClusters }: WhyPicture): Action[] {
  const actions = views.flatMap((view) =>
    namesToAsk(args, view).map(({ name, port }): Action => {
      const to = { kind: "fqdn", name } as const;
      const clusters = manyClusters ? { clusters: [view.cluster] } : {};
      const command = whyLine({ ...args, to, port, http: null, ...clusters });
      return { label: cutEnd(`why ${name}:${port}`, longestLabel), command };
    }),
  );
  return actions.slice(0, mostNames);
}

/** By the address that the name had, where only addresses were dropped: flows to those carry no name. What was asked about in another way is that. */
function dropsOf({ args, views }: WhyPicture): ReturnType<typeof asDrops> {
  const asked = asDrops(args);
  if (args.to.kind !== "fqdn") return asked;
  const ip = views.flatMap((view) => namedDrops(view).map(({ destination }) => readIp(destination)))[0];
  return ip == null ? asked : { ...asked, select: { ...asked.select, target: { kind: "ip", ip } } };
}

/** A rule for the end that refuses, where that is for want of one. */
function suggestion({ args, views, manyClusters }: WhyPicture): Action[] {
  for (const view of views) {
    const { cluster, why } = view;
    // A rule by name is there: one by address would stand beside it.
    if (admittedName(view) !== undefined) continue;
    for (const found of why?.cases ?? []) {
      const direction = refusing(found);
      if (direction === undefined || found[direction].reason !== "default-deny" || found[direction].hidden) continue;
      const end = direction === "egress" ? "from" : "to";
      const clusters = manyClusters ? [cluster] : args.clusters;
      const admit = [found[end === "from" ? "to" : "from"]];
      const rest = { since: args.since, admit, ...(clusters && { clusters }) };
      const command = found.isPod[end] ? suggestEndLine(found[end], rest) : undefined;
      if (command !== undefined) return [{ label: "suggest policy", command }];
    }
  }
  return [];
}

/** The one that refuses, else the receiver, where policies select it. */
function endWithPolicies(found: WhyCase): "from" | "to" | undefined {
  const direction = refusing(found);
  if (direction !== undefined) return direction === "egress" ? "from" : "to";
  if (found.ingress.selecting.length > 0) return "to";
  return found.egress.selecting.length > 0 ? "from" : undefined;
}
