/**
 * What stands beside a message in Teams (page "Send and receive files from a bot"): the message as HTML, where code blocks are told apart; and files, whose
 * address is good for some minutes without a token. Files come to the bot in a personal chat alone; elsewhere the HTML only shows that there is one.
 */
import { z } from "zod";
import { type Attached, attachedTo, takesFiles } from "../../attached.ts";
import type { Activity } from "./activity.ts";

const Html = z.object({ contentType: z.literal("text/html"), content: z.string() });
const File = z.object({
  contentType: z.literal("application/vnd.microsoft.teams.file.download.info"),
  name: z.string().max(1_000).optional().catch(undefined),
  content: z.object({ downloadUrl: z.string().max(8_000) }),
});

const mostAttachments = 20;

/** The message as HTML; undefined where Teams sent none. */
export function htmlIn({ attachments = [] }: Activity): string | undefined {
  for (const attachment of attachments.slice(0, mostAttachments)) {
    const read = Html.safeParse(attachment);
    if (read.success) return read.data.content;
  }
  return undefined;
}

/** Undefined where the command speaks for itself. */
export function attachedIn(activity: Activity, text: string, personal: boolean): Attached | undefined {
  const files = (activity.attachments ?? []).slice(0, mostAttachments).flatMap((attachment) => {
    const read = File.safeParse(attachment);
    return read.success ? [{ name: read.data.name ?? "", url: read.data.content.downloadUrl, size: null }] : [];
  });
  if (personal && files.length > 0) return attachedTo(text, files);
  const isShown = files.length > 0 || /<attachment\b/i.test(htmlIn(activity) ?? "");
  return isShown && takesFiles(text) && !text.includes("```") ? { refused: pasteIt } : undefined;
}

const pasteIt =
  "Teams gives this bot files in a personal chat alone. Paste the policy in a code block behind whatif, or ask there.";

/** Where Microsoft keeps files of chats (OneDrive and SharePoint, their clouds for governments too). */
const hosts =
  /(^|\.)(sharepoint\.(com|us|cn|de)|sharepoint-mil\.us|dps\.mil|svc\.ms|1drv\.com|onedrive\.(com|live\.com))$/;

/** Those, or of the same origin as the service itself. */
export function isFileAddress({ protocol, hostname, origin }: URL, serviceUrl: string): boolean {
  return (protocol === "https:" && hosts.test(hostname)) || origin === new URL(serviceUrl).origin;
}
