/**
 * A flow as one line, as `hubble observe` prints it (`-o compact`), made safe: nothing of what strangers wrote breaks the line or moves a cursor. Secrets are cut
 * before: a flow comes here redacted. The form: `TIME[ [NODE]]: SOURCE (IDENTITY) ARROW DESTINATION (IDENTITY) TYPE VERDICT (SUMMARY)`. Markup is the renderers' own business.
 */
import type { Flow } from "../flow.ts";
import { endTexts } from "./ends.ts";
import { escapeText } from "./escape.ts";
import { stampText } from "./time.ts";
import { authNames, identityText, nameOf, typeText, verdictText } from "./words.ts";

export interface CompactOptions {
  /** The node that saw it, in brackets (`--print-node-name`). */
  readonly node: boolean;
  /** Addresses only (`--numeric`). */
  readonly numeric: boolean;
}

/** UTF-16 units; names and paths in flows may be longer than anybody reads. */
const longestLine = 1_000;

export function compactLine(flow: Flow, { node, numeric }: CompactOptions): string {
  const ends = endTexts(flow, numeric);
  const source = `${ends.source} ${identityText(flow.source.identity)}`;
  const destination = `${ends.destination} ${identityText(flow.destination.identity)}`;
  const where = node ? ` [${flow.node}]` : "";
  // A reply's ends change places, so that the client stays on the left.
  const [left, arrow, right] =
    flow.isReply === true
      ? [destination, "<-", source]
      : [source, flow.isReply === undefined ? "<>" : "->", destination];
  const line = `${stampText(flow)}${where}: ${left} ${arrow} ${right} ${typeText(flow)} ${verdictText(flow)} (${summaryText(flow)})`;
  return cut(escapeText(line));
}

/** With the kind of authentication where there was one. */
function summaryText({ summary, details }: Flow): string {
  const auth = details?.authType ?? 0;
  return `${summary}${auth === 0 ? "" : `; Auth: ${nameOf(authNames, auth)}`}`;
}

/** Never in the middle of a character. */
function cut(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
