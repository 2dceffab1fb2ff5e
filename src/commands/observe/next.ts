/** What to ask next, as buttons. */
import { Verdict } from "../../analysis/flow.ts";
import type { Action, Block } from "../../message/message.ts";
import { dropsLine } from "../drops/line.ts";
import { asDrops } from "./ask.ts";
import { againLine } from "./line.ts";
import type { ListPicture } from "./picture.ts";

const many = 200;

export function nextSteps(picture: ListPicture): Block[] {
  const actions = [more(picture), wider(picture), drops(picture)].filter((action) => action !== undefined);
  return actions.length === 0 ? [] : [{ kind: "actions", actions }];
}

function more({ asked, listed }: ListPicture): Action | undefined {
  const { limit } = asked;
  if (limit === null || limit.count >= many || listed < limit.count) return undefined;
  return { label: `the ${limit.keep} ${many}`, command: againLine({ ...asked, limit: { ...limit, count: many } }) };
}

/** Nothing in that time: what is the latest there is? */
function wider({ asked, listed }: ListPicture): Action | undefined {
  if (listed > 0 || asked.since === null) return undefined;
  return { label: "look back as far as possible", command: againLine({ ...asked, since: null, until: null }) };
}

function drops({ asked, views }: ListPicture): Action | undefined {
  const dropped = views.some(({ list }) => list?.flows.some(({ verdict }) => verdict === Verdict.dropped));
  return dropped ? { label: "sum up the drops", command: dropsLine(asDrops(asked)) } : undefined;
}
