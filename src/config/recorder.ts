/** `recorder`: how much of the refused flows is kept, so that answers look back further than Hubble's rings. */
import { z } from "zod";
import { duration } from "./scalars.ts";

export const Recorder = z.strictObject({
  enabled: z.boolean().default(true).meta({
    doc: "Follow each cluster's dropped flows and refused requests and keep them in Redis, redacted; one process of all does it",
  }),
  keep: duration("30m", "How long they are kept"),
  maxMegabytes: z.int().min(1).max(4_096).default(64).meta({ doc: "Most memory in Redis for each cluster's" }),
  edges: z.boolean().default(true).meta({
    doc: "Keep hourly sketches of who talks to whom for 35 days, which digests are made of; each cluster's connection openings are followed for that",
  }),
  edgesMegabytesPerDay: z.int().min(1).max(64).default(8).meta({
    doc: "Most memory in Redis for a day of one cluster's; the rarest edges are folded to stay below",
  }),
});
