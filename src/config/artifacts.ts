/** `artifacts`: pictures and files behind links. The key that signs the links is read here; without one there are no links. */
import { z } from "zod";
import { duration } from "./scalars.ts";
import { readSecretFile } from "./secret.ts";

export interface ArtifactsConfig {
  readonly keyFile?: string;
  /** The file's bytes. */
  readonly key?: Buffer;
  /** Milliseconds. */
  readonly pictureTtl: number;
  readonly fileTtl: number;
}

const minKeyBytes = 32;

export const Artifacts = z
  .strictObject({
    keyFile: z
      .string()
      .optional()
      .meta({ doc: "File of at least 32 random bytes that sign links (openssl rand -out FILE 32); absent: no links" }),
    pictureTtl: duration("30d", "How long a picture's link works"),
    fileTtl: duration("24h", "How long a file's link works"),
  })
  .transform(({ keyFile, ...times }, context): ArtifactsConfig => {
    if (!keyFile?.trim()) return times;
    const report = (message: string) => context.addIssue({ code: "custom", message, path: ["keyFile"] });
    const key = readSecretFile(keyFile, report);
    if (key && key.length < minKeyBytes)
      report(
        `${keyFile} holds ${key.length} bytes, at least ${minKeyBytes} are needed: openssl rand -out ${keyFile} 32`,
      );
    return { ...times, keyFile, ...(key && { key }) };
  });
