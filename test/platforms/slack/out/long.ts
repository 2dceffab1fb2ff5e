/** A message that Slack shows only in part. */
import type { Message } from "../../../../src/message/message.ts";
import { giants } from "../../../fixtures/messages-extreme.ts";

export const longMessage = giants["giant 1,000 rows"] as Message;
/** Stands in its last row, which no message of Slack's has room for. */
export const lastRow = "load/client-999";
