/** The answer of `http`: how many failed, the worst of them, the evidence. */
import { counted, numberText } from "../../analysis/counted.ts";
import { failedOf, type HttpCounts, type HttpSummary } from "../../analysis/l7/http.ts";
import type { Action, Block, Message, Text } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { dropsLine } from "../drops/line.ts";
import { agoText, whenText } from "../drops/picture.ts";
import { shorten } from "../drops/words.ts";
import { finished, flowsAction, widerAction, withoutFlows } from "../l7-shared/answer.ts";
import { type L7Picture, sawEverything } from "../l7-shared/picture.ts";
import { visibilityBlocks } from "../l7-shared/visibility.ts";
import { msText } from "../l7-shared/words.ts";
import { type HttpPicture, httpPictureOf, totalsOf } from "./picture.ts";
import { resultOf } from "./result.ts";
import { requestTable, statusChart, upstreamTable } from "./tables.ts";
import { failureText } from "./words.ts";

export function httpAnswer(given: L7Picture<HttpSummary>): Answer {
  const picture = httpPictureOf(given);
  const result = resultOf(picture);
  const totals = totalsOf(picture.read.map(({ summary }) => summary));
  if (totals === null) return withoutFlows(picture, result);
  if (totals.requests === 0) return nothingAnswer(picture, result);
  return finished(
    picture,
    {
      ...headline(picture, totals),
      blocks: [
        ...worstBlocks(picture),
        ...statusChart(picture),
        ...requestTable(picture),
        ...upstreamTable(picture),
        ...latencyNote(picture, totals),
        ...twiceNote(picture),
      ],
    },
    { result, actions: actionsOf(picture, totals) },
  );
}

function headline(picture: HttpPicture, totals: HttpCounts): Pick<Message, "tone" | "title"> {
  const { who } = picture.shared;
  const whole = sawEverything(picture);
  const failed = failedOf(totals);
  const how = failed === 0 ? "none failed" : failureText(totals);
  const slow = totals.latency === null ? "" : `, p95 ${msText(totals.latency.p95)}`;
  const title = `${who}: ${whole ? "" : "at least "}${counted(totals.requests, "request")} ${whenText(picture.shared)}, ${how}${slow}`;
  if (failed > 0) return { tone: failed > totals.unanswered ? "bad" : "warn", title };
  return { tone: whole ? "good" : "info", title };
}

/** The kind of request that fails most; where none fails, the slowest. */
function worstBlocks({ rows, shared }: HttpPicture): Block[] {
  const [worst] = rows;
  if (worst === undefined || rows.length < 2) return [];
  const failed = failedOf(worst);
  if (failed === 0 && worst.latency === null) return [];
  const where = shared.manyClusters ? ` in ${worst.cluster}` : "";
  const text: Text = [
    failed > 0 ? "Worst: " : "Slowest: ",
    { code: shorten(`${worst.method} ${worst.path}`.trim()) },
    " from ",
    { code: shorten(worst.source) },
    " to ",
    { code: shorten(worst.destination) },
    where,
    failed > 0 ? `, of ${counted(worst.requests, "request")} ${failureText(worst)}` : "",
    worst.latency === null ? "" : `, p95 ${msText(worst.latency.p95)}`,
    `, last ${agoText(worst.last, shared.askedAt)}.`,
  ];
  return [{ kind: "text", text }];
}

/** Null is not zero: why there is no latency, or of which answers it is. */
function latencyNote({ read }: HttpPicture, { statuses }: HttpCounts): Block[] {
  const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const timed = read.reduce((sum, { summary }) => sum + (summary.latency?.count ?? 0), 0);
  if (answers === 0) return [];
  const why = "Hubble knows it only where a request has an X-Request-Id and its answer too.";
  if (timed === 0) return [{ kind: "note", text: `Latency is not known: no answer carries it. ${why}` }];
  const of = timed < answers ? `of ${numberText(timed)} of ${counted(answers, "answer")}. ${why}` : "of all answers.";
  return [{ kind: "note", text: `Latency, within 1%, ${of}` }];
}

function twiceNote({ read }: HttpPicture): Block[] {
  const twice = read.reduce((sum, { summary }) => sum + summary.seenTwice, 0);
  if (twice === 0) return [];
  return [
    {
      kind: "note",
      text: `${counted(twice, "request")} went through two proxies, at the source and at the destination, and ${twice === 1 ? "is" : "are"} counted once.`,
    },
  ];
}

/** No request is not "all is well": nothing may have looked. */
function nothingAnswer(picture: HttpPicture, result: unknown): Answer {
  const { shared } = picture;
  const whole = sawEverything(picture);
  const title = `${shared.who}: no HTTP request seen ${whenText(shared)}${whole ? "" : ", but not everything could be seen"}`;
  const none = "Either none was sent, or nothing looks into them.";
  return finished(
    picture,
    { tone: "warn", title, blocks: [{ kind: "text", text: none }, ...visibilityBlocks(picture)] },
    { result, actions: widerAction(picture) },
  );
}

function actionsOf(picture: HttpPicture, totals: HttpCounts): Action[] {
  const { args } = picture.shared;
  return [
    ...((totals.statuses["5xx"] ?? 0) > 0 ? [flowsAction(picture, "show failed answers", ["5+"])] : []),
    flowsAction(picture, "show flows"),
    ...(totals.refused > 0 ? [{ label: "why they were refused", command: dropsLine(args) }] : []),
  ];
}
