/** Files in the three steps of the external upload (page "Uploading files"): a place, the bytes, the completion. */
import type { Stamps } from "./stamp.ts";

export interface Share {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
}

export interface SlackFile {
  readonly id: string;
  readonly filename: string;
  readonly length: number;
  readonly altText: string;
  readonly title: string;
  readonly bytes: Buffer | null;
  readonly step: "placed" | "uploaded" | "completed";
  /** Empty until Slack has looked at it, which is after the completion was answered. */
  readonly mimetype: string;
  readonly shares: readonly Share[];
}

export interface Files {
  place(options: { readonly filename: string; readonly length: number; readonly altText: string }): {
    readonly file: SlackFile;
    readonly ticket: string;
  };
  byTicket(ticket: string): SlackFile | undefined;
  find(id: string): SlackFile | undefined;
  change(id: string, change: Partial<Omit<SlackFile, "id">>): SlackFile;
  all(): readonly SlackFile[];
}

export function createFiles(stamps: Stamps): Files {
  const known = new Map<string, SlackFile>();
  const tickets = new Map<string, string>();
  const find = (id: string) => known.get(id);
  return {
    find,
    place({ filename, length, altText }) {
      const id = stamps.id("F");
      const begun = { title: filename, bytes: null, step: "placed", mimetype: "", shares: [] } as const;
      const file: SlackFile = { id, filename, length, altText, ...begun };
      const ticket = stamps.secret();
      known.set(file.id, file);
      tickets.set(ticket, file.id);
      return { file, ticket };
    },
    byTicket: (ticket) => find(tickets.get(ticket) ?? ""),
    change(id, change) {
      const changed = { ...(known.get(id) as SlackFile), ...change };
      known.set(id, changed);
      return changed;
    },
    all: () => [...known.values()],
  };
}

/** From the first bytes, else from the name: text for everything that is not a known picture. */
export function mimetypeOf(file: SlackFile): string {
  const head = file.bytes?.subarray(0, 4).toString("latin1") ?? "";
  if (head === "\x89PNG") return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head === "GIF8") return "image/gif";
  return file.filename.endsWith(".gz") ? "application/gzip" : "text/plain";
}
