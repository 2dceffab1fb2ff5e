/** Who asks about an address is judged by the address. Where flows tell its DNS name, the policies are asked about that name too: toFQDNs rules admit by it. */
import type { Visible } from "../../access/access.ts";
import type { DropPair } from "../../analysis/drops.ts";
import { isAddress } from "../../analysis/redact/host.ts";
import { isPolicyReason } from "../../analysis/worst.ts";
import type { Inline } from "../../message/message.ts";
import type { Outcome, Question, WhyCase, WhyFinding } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import { policyKind, policyName, shorten } from "../drops/words.ts";
import type { WhyArgs } from "./args.ts";
import { casesFor } from "./cases.ts";
import type { WhyView } from "./picture.ts";

export interface ByName {
  readonly name: string;
  readonly why: WhyFinding;
}

type Row = Pick<DropPair, "destination" | "port" | "protocol"> & Pick<Partial<DropPair>, "outside">;

/** After flows have told the name: one question to each cluster that knows one. None where a name was asked about, or nothing is judged by one address. */
export function byNameQuestions(args: WhyArgs, views: readonly WhyView[], visible: Visible): Question[] {
  const { from, to, port, protocol, http } = args;
  if (to.kind !== "ip") return [];
  return views.flatMap(({ cluster, why, flows }): Question[] => {
    const name = rowsOf(flows).map(outsideName).find(isWhole);
    if (name === undefined || (why?.cases.length ?? 0) === 0) return [];
    const ends = { from: { target: from }, to: { target: { kind: "fqdn", name } } } as const;
    return [
      { source: "kubernetes", ask: "why", cluster, ...restrictionIn(visible, cluster), ...ends, port, protocol, http },
    ];
  });
}

export const mostNames = 3;

/** Names of addresses that were dropped, most packets first, each a question of its own: all but what was asked about by its name already. */
export function namesToAsk(
  { to, protocol }: WhyArgs,
  { flows, byName }: WhyView,
): readonly { readonly name: string; readonly port: number }[] {
  if (to.kind === "fqdn") return [];
  const names = new Map<string, { readonly name: string; readonly port: number }>();
  const rows = (flows.drops?.pairs ?? []).filter((row) => isPolicyReason(row.reason) && row.protocol === protocol);
  for (const row of rows.toSorted((one, other) => other.packets - one.packets)) {
    const name = outsideName(row);
    if (isWhole(name) && name !== byName?.name && row.port > 0 && !names.has(name))
      names.set(name, { name, port: row.port });
  }
  return [...names.values()].slice(0, mostNames);
}

/** The name that was asked about in place of the address; undefined of the question that was typed. */
export function nameAsked({ to }: WhyArgs, question: Question): string | undefined {
  if (question.ask !== "why" || to.kind === "fqdn" || !("target" in question.to)) return undefined;
  return question.to.target.kind === "fqdn" ? question.to.target.name : undefined;
}

export function byNameIn(args: WhyArgs, outcomes: readonly Outcome[]): ReadonlyMap<string, ByName> {
  return new Map(
    outcomes.flatMap((outcome): (readonly [string, ByName])[] => {
      const name = nameAsked(args, outcome.question);
      return name !== undefined && outcome.status === "ok" && outcome.finding.ask === "why"
        ? [[outcome.question.cluster, { name, why: outcome.finding }]]
        : [];
    }),
  );
}

/** What the policies say of a row's destination by its name; empty where they were not asked about that name. */
export function casesByName({ isName, byName, why }: WhyView, row: Row): readonly WhyCase[] {
  if (isName) return casesFor(why?.cases ?? [], row);
  return byName !== undefined && outsideName(row) === byName.name ? casesFor(byName.why.cases, row) : [];
}

/** By its name it would have passed, so that the name is what makes the difference. */
export function isAdmittedByName(row: Row, view: WhyView): boolean {
  return casesByName(view, row).some(({ egress }) => !egress.hidden && egress.verdict === "ALLOWED");
}

/** The name that the policies admit for whoever asked, where they deny the address; undefined where they do not, or deny it to one of several sources. */
export function admittedName({ byName, why }: WhyView): ByName | undefined {
  const isDenied = why?.cases.some(({ verdict }) => verdict !== "ALLOWED") ?? false;
  const byItsName = byName?.why.cases ?? [];
  const isAdmitted = byItsName.length > 0 && byItsName.every(({ verdict }) => verdict === "ALLOWED");
  return isDenied && isAdmitted ? byName : undefined;
}

/** What stands behind the verdict about the address; undefined where the name makes no difference. */
export function byNameText(view: WhyView): Inline[] | undefined {
  const found = admittedName(view);
  if (found === undefined) return undefined;
  const admits = found.why.cases.find(({ verdict }) => verdict === "ALLOWED");
  const [rule] = admits?.egress.deciding ?? [];
  const by: Inline[] =
    rule === undefined
      ? [""]
      : ["by ", { code: `${policyKind(rule.kind)} ${policyName(rule)}` }, ` (${shorten(rule.path)})`];
  return [
    { strong: "By its name: " },
    "allowed as ",
    { code: shorten(found.name) },
    " ",
    ...by,
    ". Agents learn from DNS answers which addresses that is, and the address passes as long as its answer lives.",
  ];
}

/** The DNS name of an outside address; undefined of everything else. */
export function outsideName({ destination, outside }: Row): string | undefined {
  if (outside !== undefined) return outside.name;
  return destination.includes(".") && !destination.includes("/") && !isAddress(destination) ? destination : undefined;
}

/** Of some names secrets were cut out. */
function isWhole(name: string | undefined): name is string {
  return name !== undefined && /^[-_.a-z0-9]+$/.test(name);
}

function rowsOf({ drops, forwarded }: WhyView["flows"]): readonly Row[] {
  return [...(drops?.pairs ?? []), ...(forwarded?.forwarded?.pairs ?? [])];
}
