/** `clusters[].alertmanager`: where silences are made. Alertmanager finds the bot by its own configuration; this is the way back. */
import { z } from "zod";
import { url } from "./scalars.ts";

export const Alertmanager = z
  .strictObject({
    url: url.meta({
      doc: "Alertmanager, with the path in front of `/api/v2` where it has one; of a highly available pair either",
    }),
    caFile: z.string().optional().meta({ doc: "CA that signed its certificate; default: the system's" }),
    bearerTokenFile: z.string().optional().meta({ doc: "File with the bearer token; read again for each request" }),
    username: z.string().optional().meta({ doc: "For basic authentication" }),
    passwordFile: z.string().optional().meta({ doc: "File with its password; read again for each request" }),
  })
  .refine(
    ({ bearerTokenFile, username }) => !bearerTokenFile || username === undefined,
    "set bearerTokenFile, or username and passwordFile, not both",
  )
  .refine(
    ({ username, passwordFile }) => username !== undefined || passwordFile === undefined,
    "passwordFile needs username",
  );
