/**
 * The expression of an alert, out of the address of the rule that fired: Prometheus, Thanos and Mimir write `…/graph?g0.expr=…`. The address is parsed and never fetched. Alerts that Grafana
 * itself manages link to a page of their own, which has no expression.
 */
import { oneLine } from "../analysis/promql/pasted.ts";
import type { Alert } from "./notification.ts";

/** As addresses are kept: one that is longer was cut, and its expression with it. */
const longestAddress = 4_000;
const longestExpression = 3_000;

/** Of the first alert that has one; undefined where none does. As its author wrote it, on one line, not yet checked. */
export function expressionOf(alerts: readonly Pick<Alert, "generatorUrl">[]): string | undefined {
  for (const { generatorUrl } of alerts) {
    const expression = expressionIn(generatorUrl);
    if (expression !== undefined) return expression;
  }
  return undefined;
}

export function expressionIn(address: string): string | undefined {
  if (address.length >= longestAddress || !URL.canParse(address)) return undefined;
  const { searchParams, hash } = new URL(address);
  const expression = oneLine(searchParams.get("g0.expr") ?? behindHash(hash).get("g0.expr") ?? "");
  return expression !== "" && expression.length <= longestExpression ? expression : undefined;
}

/** VictoriaMetrics: `/vmui/#/?g0.expr=…`. */
function behindHash(hash: string): URLSearchParams {
  const question = hash.indexOf("?");
  return new URLSearchParams(question < 0 ? "" : hash.slice(question + 1));
}
