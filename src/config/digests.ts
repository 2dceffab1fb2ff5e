/** `digests`: what comes to which channel every morning, beside what people subscribe to there. */
import { z } from "zod";
import { readZone } from "../analysis/calendar/zones.ts";

const Digest = z
  .strictObject({
    channel: z
      .string()
      .regex(
        /^(slack:([TE][A-Z0-9]+\/)?[CDG][A-Z0-9]+|teams:[^\s*#]+)$/,
        'must name a channel by its id, for example "slack:C0123ABCD" or "teams:19:…@thread.tacv2"',
      )
      .meta({ doc: 'Where it comes, for example "slack:C0123ABCD"; an entry of `channels` has to allow digest there' }),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 09:00, in quotes")
      .default("09:00")
      .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
      .meta({ doc: "When, on that zone's clocks" }),
    zone: z
      .string()
      .default("UTC")
      .transform((text, context) => {
        const zone = readZone(text);
        if (zone !== undefined) return zone;
        context.addIssue({ code: "custom", message: "must be the name of a time zone such as Asia/Seoul" });
        return z.NEVER;
      })
      .meta({ doc: "Its time zone, such as Asia/Seoul" }),
    weekdays: z.boolean().default(false).meta({ doc: "Monday to Friday alone" }),
    weekly: z.boolean().default(false).meta({ doc: "On Mondays alone, of the last 7 days" }),
    namespaces: z
      .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be the name of a namespace in full"))
      .max(50)
      .default([])
      .meta({ doc: "Only what these namespaces have to do with; all that may be seen there when empty" }),
    clusters: z.array(z.string()).max(50).default([]).meta({ doc: "Which clusters; the channel's first when empty" }),
  })
  .refine(({ weekdays, weekly }) => !(weekdays && weekly), {
    message: "comes on Mondays alone: set weekdays or weekly, or declare two",
    path: ["weekly"],
  });

export const Digests = z.array(Digest).max(200).default([]);
export type DigestConfig = z.output<typeof Digest>;

/** What only the other sections tell. */
export function digestProblems(
  digests: readonly DigestConfig[],
  clusters: readonly string[],
  platforms: { readonly slack: boolean; readonly teams: boolean },
): { readonly message: string; readonly path: (string | number)[] }[] {
  return digests.flatMap((digest, index) => [
    ...digest.clusters
      .filter((cluster) => !clusters.includes(cluster))
      .map((cluster) => ({
        message: `there is no cluster ${JSON.stringify(cluster.slice(0, 63))}; clusters: ${clusters.join(", ")}`,
        path: ["digests", index, "clusters"],
      })),
    ...(["slack", "teams"] as const)
      .filter((platform) => digest.channel.startsWith(`${platform}:`) && !platforms[platform])
      .map((platform) => ({
        message: `it goes to ${platform}, which is not set: set ${platform}, or remove the digest`,
        path: ["digests", index, "channel"],
      })),
  ]);
}
