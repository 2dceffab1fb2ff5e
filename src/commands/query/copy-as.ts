/** The lines that ask the same by hand. Which address Prometheus has there is the asker's to know. */
import { rfc3339 } from "../../analysis/time.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import type { QueryPicture } from "./picture.ts";

export function copyAs(picture: QueryPicture): Answer["copyAs"] {
  return [
    { label: "promtool", text: promtoolLine(picture) },
    { label: "curl", text: curlLine(picture) },
    { label: "Path in Prometheus' own page", text: graphPath(picture) },
  ];
}

function promtoolLine(picture: QueryPicture): string {
  const { args, window, isInstant } = picture;
  const [from, to] = [rfc3339(window.from), rfc3339(window.to)];
  const when = isInstant
    ? ["instant", `--time=${to}`]
    : ["range", `--start=${from}`, `--end=${to}`, `--step=${stepText(picture)}`];
  return ["promtool", "query", ...when]
    .map(shellWord)
    .concat('"$PROMETHEUS_URL"', shellWord(args.expression))
    .join(" ");
}

function curlLine(picture: QueryPicture): string {
  const { args, window, isInstant } = picture;
  const fields = isInstant
    ? { query: args.expression, time: rfc3339(window.to) }
    : { query: args.expression, start: rfc3339(window.from), end: rfc3339(window.to), step: stepText(picture) };
  const words = Object.entries(fields).flatMap(([name, value]) => ["--data-urlencode", `${name}=${value}`]);
  const path = isInstant ? "query" : "query_range";
  return `curl -sS "$PROMETHEUS_URL/api/v1/${path}" ${words.map(shellWord).join(" ")}`;
}

/** Both the old page and the new one take these. */
function graphPath({ args, window, isInstant }: QueryPicture): string {
  const end = rfc3339(window.to).slice(0, 19).replace("T", " ");
  const fields = isInstant
    ? { "g0.expr": args.expression, "g0.tab": "1", "g0.moment_input": end }
    : {
        "g0.expr": args.expression,
        "g0.tab": "0",
        "g0.range_input": `${Math.round((window.to - window.from) / 1_000)}s`,
        "g0.end_input": end,
      };
  return `/graph?${new URLSearchParams(fields)}`;
}

/** Nobody may have answered. */
function stepText({ args, window, views }: QueryPicture): string {
  const used = views.reduce((longest, { finding }) => Math.max(longest, finding?.stepMs ?? 0), args.stepMs ?? 0);
  return `${used > 0 ? used / 1_000 : Math.ceil((window.to - window.from) / 120_000)}s`;
}
