/** Drops to addresses that had the DNS name asked about: until when, and why the rule that admits the name did not admit them. */
import { counted } from "../../analysis/counted.ts";
import type { DropPair } from "../../analysis/drops.ts";
import { durationText, roughDuration } from "../../analysis/duration.ts";
import { isAddress } from "../../analysis/redact/host.ts";
import { isPolicyReason } from "../../analysis/worst.ts";
import type { Block, Inline } from "../../message/message.ts";
import { agoText } from "../drops/picture.ts";
import { destinationText, policyKind, policyName, shorten } from "../drops/words.ts";
import { casesByName, isAdmittedByName, namesToAsk } from "./by-name.ts";
import type { WhyPicture, WhyView } from "./picture.ts";

const mostShown = 3;

export type NamedPair = DropPair & Required<Pick<DropPair, "outside">>;

/** Denied packets to an address that DNS answers gave the name, and those that go by the name although its answer had expired. */
export function namedDrops({ flows }: Pick<WhyView, "flows">): NamedPair[] {
  return (flows.drops?.pairs ?? []).filter((pair): pair is NamedPair => lacksName(pair) && isPolicyReason(pair.reason));
}

/** The agent did not know, or no longer, that the address has the name: to a policy it was an address alone. */
export function lacksName({ destination, outside }: Pick<DropPair, "destination" | "outside">): boolean {
  return outside !== undefined && (isAddress(destination) || (outside.answer?.lateMs ?? 0) > 0);
}

/** What stands behind a verdict of allowed; undefined where no packet was denied by its address. */
export function deniedByAddress(view: WhyView): string | undefined {
  const pairs = namedDrops(view).filter((pair) => isAdmittedByName(pair, view));
  const expired = pairs.filter(({ outside }) => (outside.answer?.lateMs ?? 0) > 0);
  const shown = expired.length > 0 ? expired : pairs;
  if (shown.length === 0) return undefined;
  const packets = shown.reduce((sum, pair) => sum + pair.packets, 0);
  const fate =
    expired.length === 0
      ? `to an address of that name ${packets === 1 ? "was" : "were"} denied`
      : expired.every(isAllLate)
        ? "came after its DNS answer expired"
        : "were denied, the last after its DNS answer expired";
  return `${counted(packets, "packet")} ${fate}`;
}

/** Which answer was the last one is known of the pair's last packet alone. */
function isAllLate({ first, outside: { answer } }: NamedPair): boolean {
  return answer !== null && Date.parse(first) > Date.parse(answer.at) + answer.ttl * 1_000;
}

/** A paragraph for each address, few of them. */
export function outsideBlocks(view: WhyView, { askedAt }: WhyPicture): Block[] {
  const pairs = namedDrops(view);
  const more = pairs.slice(mostShown).reduce((sum, { packets }) => sum + packets, 0);
  const folded = view.flows.drops?.folded.pairs ?? 0;
  return [
    ...pairs.slice(0, mostShown).map((pair): Block => {
      const words = [...packetWords(pair, askedAt), ...ttlWords(pair, askedAt), ...ruleWords(pair, view)];
      return { kind: "text", text: words };
    }),
    ...(more > 0
      ? [
          note(
            `${counted(more, "packet")} more to other addresses ${isName(view) ? "of that name" : "that have names"}.`,
          ),
        ]
      : []),
    ...(folded > 0 && view.why?.to.resolution?.status === "resolved" && isName(view)
      ? [note(`${counted(folded, "more pair")} of drops to the outside could not be held against the name.`)]
      : []),
  ];
}

/** Policies judge what has a name by that name too, and were asked about the addresses alone. */
export function namesNote(view: WhyView, { args }: WhyPicture): Block | undefined {
  const names = namesToAsk(args, view);
  if (names.length === 0) return undefined;
  const shown = names.map(({ name, port }, index): Inline[] => [
    index === 0 ? "" : index === names.length - 1 ? " and " : ", ",
    { code: `${shorten(name)}:${port}` },
  ]);
  return {
    kind: "note",
    text: [
      "The policies are asked about addresses here; a toFQDNs rule admits by the name. Ask about ",
      ...shown.flat(),
      names.length === 1 ? " by itself." : " one by one.",
    ],
  };
}

function isName({ why }: WhyView): boolean {
  return why?.to.resolution?.status === "resolved" && why.to.resolution.target.target.kind === "fqdn";
}

function note(text: string): Block {
  return { kind: "note", tone: "warn", text };
}

function packetWords(pair: NamedPair, askedAt: number): Inline[] {
  const { packets, last, destination, outside } = pair;
  const name: Inline[] =
    destination === outside.name ? [] : [", an address of ", { code: shorten(outside.name) }, " by DNS answers,"];
  return [
    { strong: isAddress(destination) ? "By its address: " : "Its DNS answer: " },
    `${counted(packets, "packet")} to `,
    { code: destinationText(pair) },
    ...name,
    ` denied (last ${agoText(last, askedAt)}). `,
  ];
}

function ttlWords({ outside: { answer }, last }: NamedPair, askedAt: number): Inline[] {
  if (answer === null)
    return ["Whether its answer still held is not known: another pod asked, or not all answers could be seen. "];
  const { at, ttl, lateMs } = answer;
  const before = roughDuration(Date.parse(last) - Date.parse(at));
  const state =
    lateMs > 0
      ? `expired ${roughDuration(lateMs)} before the last of them`
      : `still held, the last of them came ${before} later`;
  return [`Resolved ${agoText(at, askedAt)} with TTL ${durationText(ttl * 1_000)}: ${state}. `];
}

/** Why the rule missed it. */
function ruleWords(pair: NamedPair, view: WhyView): Inline[] {
  const found = casesByName(view, pair);
  const side = found.find(({ egress }) => !egress.hidden)?.egress;
  if (side === undefined) return [];
  const [rule] = side.deciding;
  if (side.verdict !== "ALLOWED") return ["No rule admits the name either."];
  if (rule === undefined) return ["The policies admit it now."];
  const who: Inline[] = [
    { code: `${policyKind(rule.kind)} ${policyName(rule)}` },
    ` (${shorten(rule.path)}) admits the name`,
  ];
  const { answer } = pair.outside;
  if (answer === null) return [...who, ", and the agent had not learnt that the address has it."];
  return answer.lateMs > 0
    ? [
        ...who,
        ", and an address only as long as its answer lives. The program kept it longer: let it look the name up again, or raise the agents' tofqdns-min-ttl.",
      ]
    : [
        ...who,
        ", and it was not in force for this address though the answer held: look whether the lookup went through Cilium's DNS proxy.",
      ];
}
