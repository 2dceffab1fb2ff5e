/** Which of the verdicts are about a row of flows. */
import type { WhyCase } from "../../sources/question.ts";

export function casesFor(
  cases: readonly WhyCase[],
  row: { readonly port: number; readonly protocol: string },
): readonly WhyCase[] {
  const exact = cases.filter(
    ({ port, protocol }) => protocol === row.protocol && (port === row.port || protocol.startsWith("ICMP")),
  );
  return exact.length > 0 ? exact : cases.filter(({ port, protocol }) => port === null && protocol === row.protocol);
}
