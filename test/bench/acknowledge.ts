/** From Slack's request to the acknowledgement at the wire, while Redis or the sources are broken. */
import { acknowledgeUnder, troubles } from "../support/acknowledge.ts";
import type { Row } from "./row.ts";

export async function benchAcknowledge(): Promise<Row[]> {
  const rows: Row[] = [];
  let floor: number | undefined;
  for (const trouble of troubles) {
    // A question to three sources costs this machine some fifty times what help costs.
    const seen = await acknowledgeUnder(trouble, 400, trouble === "sources hang" ? 50 : 15);
    const said = `${seen.working} working, ${seen.notTaken} not taken, ${seen.neither} neither, ${seen.broken} broken`;
    rows.push({
      name: `p99, ${trouble} (${said})`,
      value: seen.p99,
      unit: "ms",
      ...(floor !== undefined && { floor }),
      goal: "< 300",
    });
    floor ??= seen.p99;
  }
  return rows;
}
