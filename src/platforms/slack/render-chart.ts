/** A chart in a message: its numbers always, and above them the picture or Slack's own chart where there is one. */

import { drawColumns } from "../../message/bars.ts";
import type { ChartSpec } from "../../message/chart.ts";
import { altText, chartLines } from "../../message/chart-text.ts";
import type { Text } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { SlackBlock } from "./block-kit.ts";
import { slackLimits } from "./limits.ts";
import { cutToEscaped } from "./mrkdwn.ts";
import { nativeChart } from "./native-chart.ts";
import { leaves, plainText, preformatted, richText, section, word } from "./render-rich-text.ts";

export type ChartLook =
  /** Its numbers; `why` is where the picture is, or why there is none. */
  | { readonly as: "numbers"; readonly why?: Text }
  /** A picture that Slack has: the id of its file. */
  | { readonly as: "picture"; readonly file: string }
  /** Slack's own chart; its numbers where Slack cannot draw it. */
  | { readonly as: "native" };

export function renderChart(chart: ChartSpec, look: ChartLook): SlackBlock[] {
  switch (look.as) {
    case "numbers":
      return [...headed(chart, look.why), ...bars(chart), ...numbers(chart)];
    case "picture":
      return [
        {
          type: "image",
          slack_file: { id: look.file },
          alt_text: cutEnd(altText(chart), slackLimits.pictureAlt).trim() || "–",
        },
        ...numbers(chart),
      ];
    case "native": {
      const native = nativeChart(chart);
      return native ? [native.block, ...numbers(chart, native.less)] : renderChart(chart, { as: "numbers" });
    }
  }
}

/** A phone shows about forty fixed-width characters beside the bot's picture, fewer where bars come from a wider font. */
const barsWide = 24;

/** As long as anything that is ever said instead of a picture. */
const longestWhy = "x".repeat(500);

/** No smaller than what it may become while its picture is made, so that nothing else has to give way then. */
export function reserveChart(chart: ChartSpec, look: ChartLook): SlackBlock[] {
  const picture = renderChart(chart, { as: "picture", file: "F0123456789" });
  const native = look.as === "native" ? (nativeChart(chart)?.block ?? []) : [];
  return [...headed(chart, longestWhy), ...picture].concat(native);
}

function headed({ title }: ChartSpec, why: Text | undefined): SlackBlock[] {
  const said = why === undefined ? [] : leaves(why);
  const line = word(title, { bold: true });
  return richText(section([...line, ...(line.length > 0 && said.length > 0 ? word(" · ") : []), ...said]));
}

/** Amounts over time are seen at a glance before their picture is there, and where there is none. */
function bars(chart: ChartSpec): SlackBlock[] {
  const drawn = chart.kind === "columns" ? drawColumns(chart, barsWide) : null;
  return drawn === null ? [] : richText(preformatted(`${drawn.line}\n${drawn.axis}`));
}

function numbers(chart: ChartSpec, less = ""): SlackBlock[] {
  const lines = [...chartLines(chart), ...(less === "" ? [] : [less])];
  const text = cutToEscaped(lines.join("\n"), slackLimits.paragraph).trim();
  return text === "" ? [] : [{ type: "context", elements: [plainText(text)] }];
}
