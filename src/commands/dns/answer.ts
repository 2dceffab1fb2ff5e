/** The answer of `dns`: what failed, what does not exist, what only a search path asked for, the evidence. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import { type DnsCounts, type DnsSummary, failedQueries } from "../../analysis/l7/dns.ts";
import type { Action, Block, Message, Text } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { dropsLine } from "../drops/line.ts";
import { agoText, whenText } from "../drops/picture.ts";
import { shorten } from "../drops/words.ts";
import { finished, flowsAction, widerAction, withoutFlows } from "../l7-shared/answer.ts";
import { l7Line } from "../l7-shared/line.ts";
import { type L7Picture, sawEverything } from "../l7-shared/picture.ts";
import { visibilityBlocks } from "../l7-shared/visibility.ts";
import { msText } from "../l7-shared/words.ts";
import { type DnsPicture, dnsPictureOf, totalsOf } from "./picture.ts";
import { resultOf } from "./result.ts";
import { answerChart, nameTable, searchTable, serverTable } from "./tables.ts";
import { failureTexts, nameText } from "./words.ts";

export function dnsAnswer(given: L7Picture<DnsSummary>): Answer {
  const picture = dnsPictureOf(given);
  const result = resultOf(picture);
  const totals = totalsOf(picture.read.map(({ summary }) => summary));
  if (totals === null) return withoutFlows(picture, result);
  if (totals.queries === 0) return nothingAnswer(picture, result);
  return finished(
    picture,
    {
      ...headline(picture, totals),
      blocks: [
        ...worstBlocks(picture),
        ...searchBlocks(picture, totals),
        ...answerChart(picture),
        ...nameTable(picture),
        ...serverTable(picture),
        ...searchTable(picture),
        ...latencyNote(totals),
      ],
    },
    { result, actions: actionsOf(picture, totals) },
  );
}

function headline(picture: DnsPicture, totals: DnsCounts): Pick<Message, "tone" | "title"> {
  const { shared } = picture;
  const whole = sawEverything(picture);
  const failed = failedQueries(totals);
  const missing = missingOf(picture, totals);
  const parts = [
    ...failureTexts(totals),
    ...(missing > 0 ? [`${numberText(missing)} for names that do not exist`] : []),
  ];
  const how = parts.length === 0 ? "none failed" : listed(parts);
  const count = `${whole ? "" : "at least "}${counted(totals.queries, "DNS query", "DNS queries")}`;
  const title = `${shared.who}: ${count} ${whenText(shared)}, ${how}`;
  if (failed > 0) return { tone: failed > totals.unanswered ? "bad" : "warn", title };
  return { tone: missing > 0 ? "warn" : whole ? "good" : "info", title };
}

/** Without what only a search path asked for. */
function missingOf({ searched }: DnsPicture, { missing }: DnsCounts): number {
  return Math.max(0, missing - searched);
}

/** The name that fails most, else the one that does not exist. */
function worstBlocks({ rows, shared }: DnsPicture): Block[] {
  const [worst] = rows;
  if (worst === undefined) return [];
  const failed = failedQueries(worst);
  if (failed === 0 && worst.missing === 0) return [];
  const what =
    failed > 0
      ? `of ${counted(worst.queries, "query", "queries")} ${listed(failureTexts(worst))}`
      : `no server knows that name, asked ${counted(worst.missing, "time")}`;
  const text: Text = [
    "Worst: ",
    { code: shorten(worst.client) },
    " asks for ",
    { code: nameText(worst) },
    shared.manyClusters ? ` in ${worst.cluster}` : "",
    `: ${what}, last ${agoText(worst.last, shared.askedAt)}.`,
  ];
  return [{ kind: "text", text }];
}

/** What stands behind the names that do not exist, and how to be rid of them. */
function searchBlocks({ noise, searched }: DnsPicture, { queries }: DnsCounts): Block[] {
  const [most] = noise;
  if (most === undefined) return [];
  const share = Math.round((searched / Math.max(1, queries)) * 100);
  const text: Text = [
    `${counted(searched, "query", "queries")} (${share < 1 ? "under 1" : share}% of all) ${searched === 1 ? "is" : "are"} search-path noise: before `,
    { code: shorten(most.name) },
    " was found, ",
    { code: shorten(most.example) },
    " was tried. That harms nothing but speed. A dot behind the full name in the program's configuration saves it, or a lower ",
    { code: "ndots" },
    " in the pod's dnsConfig.",
  ];
  return [{ kind: "text", text }];
}

/** Null is not zero. */
function latencyNote({ latency, answers }: DnsCounts): Block[] {
  const all = Object.values(answers).reduce((sum, count) => sum + count, 0);
  if (latency === null || all === 0) return [];
  const of = latency.count < all ? `${numberText(latency.count)} of ${counted(all, "answer")}` : "all answers";
  const text = `Latency is the proxy's, from question to answer, within 1%, of ${of}: p50 ${msText(latency.p50)}, p95 ${msText(latency.p95)}.`;
  return [{ kind: "note", text }];
}

/** No lookup is not "all is well": nothing may have looked. */
function nothingAnswer(picture: DnsPicture, result: unknown): Answer {
  const { shared } = picture;
  const whole = sawEverything(picture);
  const title = `${shared.who}: no DNS query seen ${whenText(shared)}${whole ? "" : ", but not everything could be seen"}`;
  const none = "Either nothing was looked up, or nothing looks into it.";
  return finished(
    picture,
    { tone: "warn", title, blocks: [{ kind: "text", text: none }, ...visibilityBlocks(picture)] },
    { result, actions: widerAction(picture) },
  );
}

function actionsOf(picture: DnsPicture, totals: DnsCounts): Action[] {
  const { args } = picture.shared;
  return [
    flowsAction(picture, "show flows"),
    ...(picture.noise.length > 0 && !args.all
      ? [{ label: "list the search path", command: l7Line("dns", { ...args, all: true }) }]
      : []),
    ...(totals.refused > 0 ? [{ label: "why they were refused", command: dropsLine(args) }] : []),
  ];
}
