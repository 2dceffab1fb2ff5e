/** Why no toFQDNs rule admitted an address whose name is known: the engine is asked once by the address and once by the name. */
import type { DropPair } from "../../analysis/drops.ts";
import { durationText, roughDuration } from "../../analysis/duration.ts";
import { readIp } from "../../analysis/target-ip.ts";
import type { Inline } from "../../message/message.ts";
import type { WhyQuestion, WhySide } from "../../sources/question.ts";
import type { ClusterView } from "./gather.ts";
import { shorten } from "./words.ts";

const mostWanted = 3;

/** The name to ask for in place of the address; undefined where there is none, or secrets were cut out of it. */
export function nameToAsk({ outside, destination }: DropPair): string | undefined {
  if (outside === undefined || readIp(destination) === null) return undefined;
  return /^[-_.a-z0-9]+$/.test(outside.name) ? outside.name : undefined;
}

/** Without a stop. Undefined where no rule goes by this name, or it was not asked. The address alone is known to be denied. */
export function missedName(pair: DropPair, view: ClusterView | undefined): Inline[] | undefined {
  const name = nameToAsk(pair);
  const answer = view?.why?.find(({ question }) => name !== undefined && isAboutName(question, pair, name));
  const side = answer?.finding.cases[0]?.egress;
  if (side === undefined || name === undefined || side.hidden) return undefined;
  return side.verdict === "ALLOWED" ? notLearnt(pair, name, side) : notFitting(name, side);
}

function isAboutName({ from, to, port, protocol }: WhyQuestion, pair: DropPair, name: string): boolean {
  if (!("labels" in from) || !("labels" in to) || from.name !== pair.source) return false;
  return to.name === name && to.ip === pair.destination && port === pair.port && protocol === pair.protocol;
}

/** By its name it would be admitted: the agent did not know that the address has it. */
function notLearnt(
  { destination, outside, last }: DropPair,
  name: string,
  { deciding }: WhySide,
): Inline[] | undefined {
  const [rule] = deciding;
  if (rule === undefined || outside === undefined) return undefined;
  const admits: Inline[] = [{ code: shorten(rule.name) }, " admits ", { code: shorten(name) }, "; "];
  const address: Inline = { code: shorten(destination) };
  const { answer } = outside;
  if (answer === null) return [...admits, "agents had not learnt that ", address, " has that name"];
  const ago = roughDuration(Date.parse(last) - Date.parse(answer.at));
  const times = `TTL ${durationText(answer.ttl * 1_000)}, answered ${ago} before the last drop`;
  return answer.lateMs > 0
    ? [...admits, address, ` was not learnt for it any more (${times})`]
    : [...admits, address, ` was not in force for it at the drop, though the answer still held (${times})`];
}

function notFitting(name: string, { nearest }: WhySide): Inline[] | undefined {
  if (nearest?.failed.kind !== "fqdn") return undefined;
  const wanted = nearest.failed.wanted.slice(0, mostWanted).map(shorten).join(" or ");
  return [
    "no toFQDNs rule matches ",
    { code: shorten(name) },
    "; nearest: ",
    { code: shorten(nearest.rule.name) },
    " admits ",
    { code: wanted },
  ];
}
