/** From Slack's request to the acknowledgement at the wire, while Redis or the sources are broken. */
import { acknowledgeUnder, type Trouble } from "../support/acknowledge.ts";
import type { Row } from "./row.ts";

export async function benchAcknowledge(): Promise<Row[]> {
  const rows: Row[] = [];
  let floor: number | undefined;
  // A question to three sources costs this machine some fifty times what help costs.
  const pace = (trouble: Trouble) => ({ count: 400, everyMs: trouble === "sources hang" ? 50 : 15 });
  for (const seen of await acknowledgeUnder(pace)) {
    const said = `${seen.working} working, ${seen.notTaken} not taken, ${seen.neither} neither, ${seen.broken} broken`;
    rows.push({
      name: `p99, ${seen.trouble} (${said})`,
      value: seen.p99,
      unit: "ms",
      ...(floor !== undefined && { floor }),
      goal: "< 300",
    });
    floor ??= seen.p99;
  }
  return rows;
}
