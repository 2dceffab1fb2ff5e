/** Why an expression gives nothing: a metric that is not there, a label, a value, a time without samples, or a condition that nothing fulfils. */
import { distance } from "fastest-levenshtein";
import type { Expression, Selector } from "../../analysis/promql/check.ts";
import type { Window } from "../../analysis/select.ts";
import { rfc3339 } from "../../analysis/time.ts";
import { BotError } from "../../errors.ts";
import { duration, numberOf, textLiteral } from "./promql.ts";
import type { MetricTools } from "./tools.ts";

/** Selectors that are looked at. */
const most = 5;
const shown = 8;
/** What Prometheus still takes for the present. */
const lookbackMs = 5 * 60_000;
/** Names are looked for so far back, so that what has ended is not called unknown. */
const dayMs = 86_400_000;

/** One or two sentences. Rejects only where the asker has gone. */
export async function whyEmpty(expression: Expression, window: Window, tools: MetricTools): Promise<string> {
  if (expression.outermost === "absent" || expression.outermost === "absent_over_time")
    return `${expression.outermost}() gives nothing where there is something: such series are there.`;
  const wide = { from: Math.min(window.from, window.to - dayMs), to: window.to };
  try {
    const selectors = expression.selectors.slice(0, most);
    for (const selector of selectors) {
      const reason = await whyMissing(selector, wide, tools);
      if (reason !== undefined) return reason;
    }
    return await whyWithout(selectors, window, tools);
  } catch (thrown) {
    if (!(thrown instanceof BotError) || thrown.code === "CANCELLED") throw thrown;
    return "Nothing fits, and Prometheus does not tell which metrics and labels it has: check their names.";
  }
}

async function whyMissing(selector: Selector, window: Window, { discovery }: MetricTools): Promise<string | undefined> {
  const { name, matchers, text } = selector;
  if (name !== undefined) {
    const there = await discovery.metrics([name, "up"], window);
    if (!there.has(name)) return await missingMetric(name, there.has("up"), window, discovery);
  }
  const metric = name === undefined ? undefined : `{__name__=${textLiteral(name)}}`;
  const positive = matchers.filter(({ op, value }) => (op === "=" || op === "=~") && value !== "");
  for (const { label, op, value } of metric === undefined ? [] : positive) {
    const labels = await discovery.labels(metric ?? "", window);
    if (!labels.has(label))
      return `${name} has no label ${label}: it has ${few([...labels].filter((one) => one !== "__name__"))}.`;
    if (op !== "=") continue;
    const values = await discovery.values(metric ?? "", label, window);
    if (!values.includes(value) && values.length < 1_000)
      return `${name} has no series with ${label}=${textLiteral(value)}: its values of ${label} are ${few(values)}.`;
  }
  const fit = await discovery.values(text, "__name__", window);
  return fit.length > 0
    ? undefined
    : `No series fits ${text.slice(0, 200)}: each label is there, but not all of them on one series.`;
}

async function missingMetric(
  name: string,
  hasUp: boolean,
  window: Window,
  discovery: MetricTools["discovery"],
): Promise<string> {
  const family = /^[A-Za-z]+_/.exec(name)?.[0];
  const names = family === undefined ? [] : await discovery.values(`{__name__=~"${family}.+"}`, "__name__", window);
  const [near] = names
    .map((one) => ({ one, edits: one.startsWith(name) ? 0 : distance(one, name) }))
    .filter(({ one, edits }) => edits <= Math.max(one.length, name.length) / 4)
    .sort((left, right) => left.edits - right.edits || left.one.length - right.one.length);
  if (near !== undefined) return `There is no metric ${name} in this time. Did you mean ${near.one}?`;
  if (names.length > 0)
    return `There is no metric ${name} in this time, though there are others that begin with ${family}.`;
  return hasUp
    ? `There is no metric ${name} in this time: check its name, and that its target is scraped.`
    : `There is no metric ${name}, and nothing that tells of any scrape: this time is older than what Prometheus keeps, or nothing was scraped then.`;
}

/** The series are there: without samples at that time, or the expression leaves nothing of them. */
async function whyWithout(
  selectors: readonly Selector[],
  { from, to }: Window,
  { instant }: MetricTools,
): Promise<string> {
  const span = from === to ? lookbackMs : to - from;
  for (const { text } of span <= dayMs ? selectors.slice(0, 2) : []) {
    const count = numberOf(await instant(`count(last_over_time(${text}[${duration(span)}]))`, to));
    if (count > 0) continue;
    const when = from === to ? `in the five minutes before ${rfc3339(to)}` : `from ${rfc3339(from)} to ${rfc3339(to)}`;
    return `${text.slice(0, 200)} has no sample ${when}: it began later, or it ended. Type --since ${from === to ? "1h" : "1d"} to see when.`;
  }
  return from === to
    ? "The series are there, but a condition or a comparison in the expression leaves none of them."
    : "The series are there, but the expression leaves nothing of them in this time: no condition is fulfilled, or rate() finds fewer than two samples in its [ ].";
}

function few(words: readonly string[]): string {
  if (words.length === 0) return "none";
  const sorted = [...words].sort();
  const rest = sorted.length - shown;
  return `${sorted
    .slice(0, shown)
    .map((word) => word.slice(0, 60))
    .join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
