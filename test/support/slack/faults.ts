/**
 * What goes wrong on purpose, by method and conversation. Which call is hit follows from the seed, the method, the conversation and how many calls of that kind
 * came before, so a run can be repeated although its calls overlap.
 */

export type Fault =
  /** 429 with Retry-After in seconds; nothing happened. */
  | { readonly fault: "rate-limited"; readonly retryAfter: number }
  /** A 5xx; whether the call took effect is for the rule to say, Slack says it may have (common error `internal_error`). */
  | { readonly fault: "status"; readonly status: number; readonly effect?: boolean }
  /** The effect comes before or after the wait; the reply always after. */
  | { readonly fault: "slow"; readonly ms: number; readonly effect?: "before" | "after" }
  /** The call takes effect, then the connection is cut instead of a reply. */
  | { readonly fault: "lost-reply" }
  /** The connection is cut and nothing happened. */
  | { readonly fault: "reset" }
  /** Nothing happens and nobody answers, until the service is closed. */
  | { readonly fault: "hang" }
  /** `{"ok":false,"error":…}`; nothing happened. */
  | { readonly fault: "error"; readonly error: string }
  /** files.completeUploadExternal says ok and the file is never shared (python-slack-sdk, java-slack-sdk issues on files v2). */
  | { readonly fault: "unshared" }
  /** files.completeUploadExternal says ok and Slack never looks at the file: it has no type and is not shared. */
  | { readonly fault: "unseen" };

export interface FaultRule {
  /** Web API methods, `response_url`, `upload` or `file`; all of them unless told. */
  readonly methods?: readonly string[];
  readonly channels?: readonly string[];
  /** One is taken for each call that is hit. */
  readonly faults: readonly Fault[];
  /** How many of the calls are hit, from 0 to 1; all unless told. */
  readonly share?: number;
  /** The rule ends after so many hits. */
  readonly times?: number;
  readonly seed?: number;
}

/** A third of the replies lost, or 429 instead: what the kill tests live with. */
export function lossy(seed: number, methods?: readonly string[]): FaultRule {
  const faults: readonly Fault[] = [{ fault: "lost-reply" }, { fault: "rate-limited", retryAfter: 1 }];
  return { share: 1 / 3, seed, faults, ...(methods && { methods }) };
}

export interface Faults {
  /** The first rule that hits decides. Returns what takes it away again. */
  add(rule: FaultRule): () => void;
  clear(): void;
  next(method: string, channel: string | null): Fault | null;
}

export function createFaults(): Faults {
  let rules: { readonly rule: FaultRule; readonly seen: Map<string, number>; hits: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, seen: new Map<string, number>(), hits: 0 };
      rules.push(entry);
      return () => {
        rules = rules.filter((other) => other !== entry);
      };
    },
    clear() {
      rules = [];
    },
    next(method, channel) {
      for (const entry of rules) {
        const { methods, channels, faults, share = 1, times = Number.POSITIVE_INFINITY, seed = 1 } = entry.rule;
        if (methods && !methods.includes(method)) continue;
        if (channels && !(channel !== null && channels.includes(channel))) continue;
        const kind = `${method} ${channel}`;
        const count = entry.seen.get(kind) ?? 0;
        entry.seen.set(kind, count + 1);
        if (entry.hits >= times || draw(`${seed} hit ${kind} ${count}`) >= share) continue;
        entry.hits++;
        return faults[Math.floor(draw(`${seed} which ${kind} ${count}`) * faults.length)] ?? null;
      }
      return null;
    },
  };
}

/** From 0 to 1, the same for the same text (FNV-1a, then mixed so that neighbours differ). */
function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}
