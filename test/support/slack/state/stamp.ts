/** Ids and timestamps as Slack makes them. */
import { randomBytes } from "node:crypto";

export interface Stamps {
  /** `1760000000.000123`: unique in the service and later than every one before, so ordered in each channel. */
  ts(): string;
  /** `C0000000001` and so on, counted by prefix. */
  id(prefix: string): string;
  /** What nobody can guess: tickets and the ends of URLs. */
  secret(): string;
  /** Now, as Slack sees it when something runs out. */
  now(): number;
  /** Lets everything that runs out be so much older. */
  advance(ms: number): void;
}

export function createStamps(): Stamps {
  const counts = new Map<string, number>();
  let last = 0;
  let ahead = 0;
  return {
    ts() {
      last = Math.max(last + 1, Date.now() * 1_000);
      return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
    },
    id(prefix) {
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      return `${prefix}${String(count).padStart(10, "0")}`;
    },
    secret: () => randomBytes(18).toString("base64url"),
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}
