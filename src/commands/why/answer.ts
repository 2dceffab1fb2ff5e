/** The answer of `why`: the verdict, each side's rule, what Hubble saw, whose policies they are, and how to check it by hand. */
import { counted, listed } from "../../analysis/counted.ts";
import { rangeText } from "../../analysis/time.ts";
import type { Block, Inline, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Question, WhyCase, WhyFinding } from "../../sources/question.ts";
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { thingText } from "../drops/asked-text.ts";
import { dropsLine } from "../drops/line.ts";
import { troubleText } from "../drops/notes.ts";
import { shorten } from "../drops/words.ts";
import { ended } from "../ending.ts";
import { noteBlocks, policyTable } from "../policies/table.ts";
import type { WhyArgs } from "./args.ts";
import { asDrops } from "./ask.ts";
import { admittedName, byNameText, nameAsked } from "./by-name.ts";
import { whyCopyAs } from "./copy-as.ts";
import { byNameHeadline, headline } from "./headline.ts";
import { whyLine } from "./line.ts";
import { nextSteps } from "./next.ts";
import { deniedByAddress, namesNote, outsideBlocks } from "./outside.ts";
import type { WhyPicture, WhyView } from "./picture.ts";
import { whyResult } from "./result.ts";
import { seenBlock } from "./seen.ts";
import { type Stopped, sidesBlock, stopped } from "./sides.ts";
import { portText, refusalText, refusing, requestName, sideTexts } from "./verdict.ts";

const maxRows = 12;
const longestTitle = 150;

export function whyAnswer(picture: WhyPicture): Answer {
  const { views, args, window } = picture;
  const first =
    views.find(({ why }) => why?.cases.some(({ verdict }) => verdict !== "ALLOWED")) ??
    views.find(({ why }) => (why?.cases.length ?? 0) > 0) ??
    views[0];
  const broken = first?.why?.notes.some((note) => note.includes("not valid")) === true;
  const asked = { ...picture, http: args.http, port: args.port, broken };
  const byName = first && admittedName(first);
  const head =
    byName === undefined
      ? headline(first?.why?.cases ?? [], hiddenOf(first?.why), asked)
      : byNameHeadline(first?.why?.cases ?? [], byName.name, asked);
  const title = picture.manyClusters && first !== undefined ? `${first.cluster}: ${head.title}` : head.title;
  const lines = whyCopyAs(picture);
  const differs = whyResult(args, views).clusters.some(({ seen }) => seen.verdict === "disagrees");
  // The title begins with the first one's name.
  const but = views.flatMap((view) => stoppedIn(view, picture.manyClusters && view !== first) ?? [])[0];
  return ended(
    picture.flows,
    {
      ...butStopped({ title, tone: head.tone === "good" && differs ? "warn" : head.tone }, but),
      blocks: [...views.flatMap((view) => viewBlocks(view, picture)), ...policyBlocks(picture)],
    },
    {
      troubles: [...troubles(picture), ...noteBlocks(views.flatMap(({ why }) => why?.notes ?? []))],
      last: [askedNote(picture), nextSteps(picture), ...codeBlocks(lines)],
      result: whyResult(args, views),
      window,
      copyAs: lines,
    },
  );
}

/** Policies are not all there is: packets to an address whose name the agent did not know, else what both nodes saw. */
function stoppedIn(view: WhyView, manyClusters: boolean): Stopped | undefined {
  const text = deniedByAddress(view);
  const passed = (view.flows.forwarded?.forwarded?.pairs ?? []).length > 0;
  const found = text === undefined ? stopped(view) : { text, all: !passed };
  return found && { ...found, text: manyClusters ? `in ${view.cluster} ${found.text}` : found.text };
}

/** What stops connections stands in the title, where policies do not. */
function butStopped(head: Pick<Message, "title" | "tone">, but: Stopped | undefined): typeof head {
  if (but === undefined || head.tone === "bad") return head;
  const isKnown = !head.title.endsWith("is not known");
  const whole = isKnown
    ? `${head.title}, but ${but.text}`
    : `${head.title.slice(0, head.title.lastIndexOf(": "))}: ${but.text}`;
  return { title: cutEnd(whole, longestTitle), tone: but.all ? "bad" : "warn" };
}

/** An end is several things, or none: the sender is asked about first. */
export function endAnswer(picture: WhyPicture, end: "from" | "to"): Answer {
  const { args, views, window, flows } = picture;
  const base = asDrops(args);
  const select = { ...base.select, target: args[end], from: {} };
  const message = whichOne({
    views: views.map((view) => ({ ...view.flows, resolution: view.why?.[end].resolution ?? undefined })),
    who: end === "from" ? picture.from : picture.to,
    select,
    line: (other) =>
      other.target === undefined
        ? dropsLine({ ...base, select: { ...other, from: {}, to: {}, protocols: [] } })
        : whyLine({ ...args, [end]: other.target }),
  });
  return { message, result: whyResult(args, flows.views.length > 0 ? views : []), coverage: null, window, copyAs: [] };
}

export function timeAnswer(args: WhyArgs): Answer {
  const lastHour = whyLine({ ...args, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } });
  return { message: whichTime("why", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

function viewBlocks(view: WhyView, picture: WhyPicture): Block[] {
  const cases = view.why?.cases ?? [];
  const lead: Block[] = picture.manyClusters ? [{ kind: "text", text: { strong: view.cluster } }] : [];
  const seen = [
    seenBlock(view, picture),
    ...outsideBlocks(view, picture),
    namesNote(view, picture),
    sidesBlock(view, picture),
  ];
  const named = byNameText(view);
  const byName: Block[] = named === undefined ? [] : [{ kind: "text", text: named }];
  return [
    ...lead,
    ...verdictBlocks(cases, view.why, picture),
    ...byName,
    ...seen.filter((block) => block !== undefined),
  ];
}

function verdictBlocks(
  cases: readonly WhyCase[],
  why: WhyFinding | undefined,
  { args, manyClusters }: WhyPicture,
): Block[] {
  const hidden = hiddenOf(why);
  const worst = cases.find(({ verdict }) => verdict !== "ALLOWED") ?? cases[0];
  if (worst === undefined) return nothingBlocks(why, manyClusters);
  return [
    ...(cases.length > 1 ? [caseTable(cases, why, args)] : []),
    ...(cases.length > 1 ? [{ kind: "text", text: `In detail, ${caseName(worst)}:` } as const] : []),
    ...sideTexts(worst, hidden, args.http).map((text): Block => ({ kind: "text", text })),
  ];
}

function nothingBlocks(why: WhyFinding | undefined, manyClusters: boolean): Block[] {
  if (why === undefined) return [];
  const outside = [why.from, why.to].some(({ hidden }) => hidden);
  if (outside) return [{ kind: "text", text: "One end is in a namespace that is not shown here." }];
  const unresolved = [why.from.resolution, why.to.resolution].find((one) => one?.status === "unresolved");
  if (unresolved?.status === "unresolved")
    return [{ kind: "text", text: `It could not be looked up: ${shorten(unresolved.because)}` }];
  const absent = [why.from.resolution, why.to.resolution].flatMap((one) =>
    one?.status === "unknown" ? [one.text] : [],
  );
  if (absent.length > 0)
    return [{ kind: "text", text: `Nothing is called ${listed(absent.map(shorten))}${manyClusters ? " there" : ""}.` }];
  return [{ kind: "text", text: "One end has no pods now, so there is nothing whose policies could be asked about." }];
}

function caseTable(cases: readonly WhyCase[], why: WhyFinding | undefined, { http }: WhyArgs): Block {
  const hidden = hiddenOf(why);
  const several = (key: "from" | "to") => new Set(cases.map((found) => found[key])).size > 1;
  const [manyFrom, manyTo] = [several("from"), several("to")];
  const onlyOther = cases.every(({ port }) => port === null);
  const rest = Math.max(0, cases.length - maxRows) + (why?.folded ?? 0);
  return {
    kind: "table",
    title: manyFrom || manyTo ? "By port, and by the labels of the pods" : "By port",
    columns: [
      ...(manyFrom ? [{ title: "From" }] : []),
      ...(manyTo ? [{ title: "To" }] : []),
      { title: "Port" },
      { title: "Verdict" },
      { title: "Because" },
    ],
    rows: cases
      .slice(0, maxRows)
      .map((found) => [
        ...(manyFrom ? [shorten(found.from)] : []),
        ...(manyTo ? [shorten(found.to)] : []),
        portText(found, onlyOther),
        verdictWord(found, http),
        because(found, hidden),
      ]),
    ...(rest > 0 && { folded: `${counted(rest, "more case")} not listed` }),
  };
}

function verdictWord({ verdict, reason }: WhyCase, http: WhyArgs["http"]): string {
  if (verdict === "ERROR") return "unknown";
  if (reason === "l7") return http === null ? "request refused" : `${requestName(http)} refused`;
  return verdict === "ALLOWED" ? "allowed" : "denied";
}

function because(found: WhyCase, hidden: ReturnType<typeof hiddenOf>): readonly Inline[] {
  const direction = refusing(found);
  if (direction !== undefined) return [`${direction}: `, ...refusalText(found, direction, hidden)];
  const names = [...new Set([found.egress, found.ingress].flatMap(({ deciding }) => deciding.map(({ name }) => name)))];
  return [names.length === 0 ? "no policy denies it" : listed(names.slice(0, 3).map(shorten))];
}

function caseName(found: WhyCase): string {
  return `${shorten(found.from)} → ${shorten(found.to)}, ${portText(found, false)}`;
}

function policyBlocks({ views, manyClusters, askedAt }: WhyPicture): Block[] {
  const rows = views.flatMap(({ cluster, why }) => (why?.policies ?? []).map((policy) => ({ ...policy, cluster })));
  return policyTable("Policies that select them", rows, { manyClusters, askedAt });
}

function troubles({ views, args }: WhyPicture): Block[] {
  const all = views.flatMap(({ flows }) => flows.troubles);
  const texts = all.map((trouble) => `${troubleText(trouble)} ${missing(trouble.question, args)}`);
  return [...new Set(texts)].slice(0, 6).map((text) => ({ kind: "note", tone: "warn", text }));
}

function missing(question: Question, args: WhyArgs): string {
  if (question.source !== "kubernetes") return "What Hubble saw of the pair is not known in full.";
  const name = nameAsked(args, question);
  return `What the policies say${name === undefined ? "" : ` of the name ${shorten(name)}`} is not known.`;
}

function askedNote({ views, window, askedAt, args }: WhyPicture): Block {
  const ends = (["from", "to"] as const).flatMap((end) => {
    const resolution = views.find((view) => view.why?.[end].resolution?.status === "resolved")?.why?.[end].resolution;
    return resolution?.status === "resolved" ? [thingText(resolution.target)] : [];
  });
  const request = args.http === null ? [] : [requestName(args.http)];
  const when = `flows of ${rangeText(window, askedAt)} UTC`;
  const where = listed(views.map(({ cluster }) => cluster));
  return {
    kind: "note",
    text: `Asked: ${[where, ends.join(" → "), ...request, when].filter((part) => part !== "").join(", ")}. Policies as they are now, flows as they were.`,
  };
}

function codeBlocks(lines: Answer["copyAs"]): Block[] {
  return [...new Set(lines.map(({ label }) => label))].map((title) => ({
    kind: "code",
    title,
    code: lines
      .filter(({ label }) => label === title)
      .map(({ text }) => text)
      .join("\n"),
  }));
}

function hiddenOf(why: WhyFinding | undefined): { readonly from: boolean; readonly to: boolean } {
  return { from: why?.from.hidden === true, to: why?.to.hidden === true };
}
