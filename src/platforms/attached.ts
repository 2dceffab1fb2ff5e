/**
 * Files that stand beside a command and belong to it: the policies of `whatif`. A request is acknowledged first; then the file is read and the request taken
 * with its text, or whoever asked is told why not. What is being read when the process dies is asked again by the person: nothing was promised yet.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bounds, readText } from "./fetch-text.ts";
import type { Ask, Audit, Reply, Take } from "./platform.ts";

export interface AttachedFile {
  /** As its owner called it. */
  readonly name: string;
  readonly url: string;
  /** In bytes, as the platform says; null where it does not. */
  readonly size: number | null;
}

/** What stands beside a command; or why none of it can be read, a sentence that says what to do instead. */
export type Attached =
  | { readonly files: readonly AttachedFile[]; readonly refused?: undefined }
  | { readonly refused: string };

/** As much as policies may be (`whatif` says so itself, where it is pasted). */
const mostBytes = 256 * 1024;
const mostFiles = 5;
const readMs = 5_000;
/** Between tries to store what was read. */
const pausesMs = [500, 1_500];
/** At a time, in this process. */
const mostReading = 10;
const fence = "```";
const takers = /^\s*(?:[/@]?cilium(?:-chatops)?:?\s+)?whatif(?=\s|$)/i;

/** Whether a command reads what stands beside it. */
export function takesFiles(text: string): boolean {
  return takers.test(text);
}

/** Undefined where there is nothing to read: the command then speaks for itself. */
export function attachedTo(text: string, files: readonly AttachedFile[]): Attached | undefined {
  if (files.length === 0 || !takesFiles(text)) return undefined;
  if (text.includes(fence))
    return { refused: "There is a code block and a file. Send the policies in one of them, and ask again." };
  if (files.length > mostFiles)
    return {
      refused: `At most ${mostFiles} files are read at once. Join the policies in one file, with --- between them.`,
    };
  const announced = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return announced > mostBytes ? { refused: tooLarge } : { files };
}

const tooLarge = `At most ${mostBytes / 1024} KB of policies are read, and that is more. Ask with fewer of them.`;

/** How one request's files are read. */
export interface Reading extends Pick<Bounds, "allows" | "authorization" | "signal"> {
  /** To whoever asked: refusals, and what was not taken, which nobody sends again. */
  readonly tell: (reply: Reply) => Promise<void>;
}

export interface AttachedReader {
  /** Nothing more can be begun now: the request is not to be acknowledged, or to be asked again. */
  busy(): boolean;
  /** After the acknowledgement. Rejects where the person could not be told. */
  take(ask: Ask, attached: Attached, reading: Reading): Promise<void>;
}

export function createAttachedReader({ take, audit }: { readonly take: Take; readonly audit: Audit }): AttachedReader {
  let reading = 0;
  return {
    busy: () => reading >= mostReading,
    async take(ask, attached, { tell, ...bounds }) {
      reading += 1;
      const text = await read(ask, attached, bounds).finally(() => {
        reading -= 1;
      });
      const reply = text.ok ? await again({ ...ask, asked: { text: text.text } }, take) : refusal(text.say);
      if (!text.ok) audit({ ...whose(ask), decision: "refused", reason: "file" });
      if (reply.status !== "working") await tell(reply);
    },
  };
}

/** It was acknowledged, so the platform does not send it again: that is done here. */
async function again(ask: Ask, take: Take): Promise<Reply> {
  for (const ms of pausesMs) {
    const reply = await take({ ...ask, repeats: true });
    if (reply.status !== "not_taken") return reply;
    await sleep(ms);
  }
  return await take({ ...ask, repeats: false });
}

const refusal = (say: string): Reply => ({ status: "refused", say });

function whose({ kind, conversation, place: { person } }: Ask) {
  return { platform: conversation.split(":", 1)[0] ?? "", kind, conversation, person };
}

type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly say: string };

async function read({ asked }: Ask, attached: Attached, bounds: Omit<Reading, "tell">): Promise<Text> {
  if (attached.refused !== undefined) return { ok: false, say: attached.refused };
  const signal = AbortSignal.any([bounds.signal, AbortSignal.timeout(readMs)]);
  const texts: string[] = [];
  let left = mostBytes;
  for (const { name, url } of attached.files) {
    const found = await readText(url, { ...bounds, mostBytes: left, signal });
    if (!found.ok) return { ok: false, say: sentences[found.why](shortName(name)) };
    left -= Buffer.byteLength(found.text);
    texts.push(found.text.trim());
  }
  return withFiles("text" in asked ? asked.text : "", texts);
}

/** As if it had been pasted in a code block. */
function withFiles(typed: string, texts: readonly string[]): Text {
  const body = texts.filter((text) => text !== "").join("\n---\n");
  if (body === "") return { ok: false, say: "The file is empty. Attach the policy as YAML or JSON, and ask again." };
  if (body.includes(fence))
    return { ok: false, say: `The file contains ${fence}, which ends a code block. Take that out, and ask again.` };
  return { ok: true, text: `${typed.trim()} ${fence}\n${body}\n${fence}` };
}

const instead = "Paste the policy in a code block behind whatif instead, or ask again.";
const sentences: Readonly<
  Record<Exclude<Awaited<ReturnType<typeof readText>>, { ok: true }>["why"], (name: string) => string>
> = {
  address: (name) =>
    `${name} is kept where this bot does not read. Paste the policy in a code block behind whatif instead.`,
  size: () => tooLarge,
  type: (name) => `${name} is no text. Attach the policy as YAML or JSON, or paste it in a code block behind whatif.`,
  refused: (name) => `${name} may not be read by this bot (in Slack it needs the scope files:read). ${instead}`,
  failed: (name) => `${name} could not be read. ${instead}`,
};

function shortName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N} ._-]/gu, "").trim();
  return plain === "" ? "The file" : [...plain].slice(0, 60).join("");
}
