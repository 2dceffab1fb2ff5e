/**
 * A file that somebody agreed to get (page "Send and receive files from a bot"): its bytes go to the address that Teams names, and only then is the press answered,
 * so that whatever dies between leaves a card that can be pressed again.
 */
import type { Artifact } from "../../../store/artifacts.ts";
import type { FileConsent } from "./activity.ts";
import type { Whereabouts } from "./hear.ts";
import type { Answer } from "./http.ts";

export interface ConsentOptions {
  readonly find: (id: string) => Promise<Artifact | undefined>;
  /** Shows the uploaded file in the conversation. */
  readonly showFile: (where: Whereabouts, file: NonNullable<FileConsent["uploadInfo"]>) => Promise<void>;
  readonly sayNow: (where: Whereabouts, say: string) => Promise<void>;
  readonly log: { warn(facts: object, text: string): void };
}

/** Teams gives up after ten seconds. */
const uploadMs = 7_000;

export async function handOver(
  { find, showFile, sayNow, log }: ConsentOptions,
  { consent: { action, context, uploadInfo }, where }: { readonly consent: FileConsent; readonly where: Whereabouts },
): Promise<Answer> {
  if (action === "decline") return { status: 200 };
  try {
    const file = await find(context.file);
    if (!file) {
      await sayNow(where, "The file is no longer there. Ask again to get a new one.");
      return { status: 200 };
    }
    if (!uploadInfo || !isUploadUrl(uploadInfo.uploadUrl, where.reference.serviceUrl)) return { status: 400 };
    await upload(uploadInfo.uploadUrl, file.body);
    await showFile(where, uploadInfo);
    return { status: 200 };
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : "unknown" }, "a file was not handed over");
    return { status: 500 };
  }
}

/** https, or of the same origin as the service itself. The address is a secret: never logged. */
function isUploadUrl(address: string, serviceUrl: string): boolean {
  const { protocol, origin, username, password } = new URL(address);
  return username === "" && password === "" && (protocol === "https:" || origin === new URL(serviceUrl).origin);
}

async function upload(address: string, body: Buffer): Promise<void> {
  const response = await fetch(address, {
    method: "PUT",
    headers: {
      "content-type": "application/octet-stream",
      "content-range": `bytes 0-${body.length - 1}/${body.length}`,
    },
    body: new Uint8Array(body),
    redirect: "error",
    signal: AbortSignal.timeout(uploadMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`upload: HTTP ${response.status}`);
}
