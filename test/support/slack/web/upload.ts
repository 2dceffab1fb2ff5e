/** The bytes of a file: raw, or the one part of a form (page "Uploading files"). No token is asked for; the address is the secret. */
import type { State } from "../state/state.ts";
import type { Reply } from "./reply.ts";

export function receiveUpload(slack: State, ticket: string, body: Buffer, contentType: string): Reply {
  const file = slack.files.byTicket(ticket);
  if (!file || file.step === "completed") return { status: 404, body: "", outcome: "no_such_upload" };
  const bytes = contentType.startsWith("multipart/form-data") ? firstPart(body, contentType) : body;
  // The announced length has to be met; the page does not say how Slack refuses.
  if (bytes?.length !== file.length) return { status: 400, body: "wrong length", outcome: "wrong_length" };
  slack.files.change(file.id, { bytes: Buffer.from(bytes), step: "uploaded" });
  return { status: 200, body: `OK - ${bytes.length}`, type: "text/plain", outcome: "ok" };
}

function firstPart(body: Buffer, contentType: string): Buffer | null {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) return null;
  const start = body.indexOf("\r\n\r\n");
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return start < 0 || end < 0 ? null : body.subarray(start + 4, end);
}
