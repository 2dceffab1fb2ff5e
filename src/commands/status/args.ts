/** The arguments of `status`: which clusters, and nothing else. */
import { z } from "zod";

export interface StatusArgs {
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const StatusArgs = z
  .object({ cluster: z.array(z.string()).optional() })
  .transform(({ cluster }): StatusArgs => (cluster === undefined ? {} : { clusters: cluster }));
