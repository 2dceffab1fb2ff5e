/** What a recording says about itself beside the flows: what is missing from when to when, and how far it reaches per node. Text in Redis, read with care. */

export const gapReasons = ["unseen", "lost", "shed", "away", "stopped", "unreadable"] as const;
/**
 * `unseen`: nobody followed, and the node's ring had turned over. `lost`: Hubble lost events itself. `shed`: thrown away here, because Redis was slow or away.
 * `away`: the node cannot be reached now. `stopped`: nobody records now. `unreadable`: stored by a version that this one does not understand.
 */
export type GapReason = (typeof gapReasons)[number];

export interface Gap {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly reason: GapReason;
  /** Absent: all nodes. */
  readonly node?: string;
  /** Flows (`shed`) or events (`lost`), where known. */
  readonly count?: number;
}

/** One line for people and logs: "shed 12,345 flows between 14:05:02 and 14:05:40". Times are UTC. */
export function gapText({ from, to, reason, node, count }: Gap): string {
  const between = `between ${clock(from)} and ${clock(to)}`;
  const where = node === undefined ? "" : ` of ${node}`;
  const flows = count === undefined ? "flows" : `${count.toLocaleString("en")} ${count === 1 ? "flow" : "flows"}`;
  switch (reason) {
    case "unseen":
      return `nobody saw the flows${where} ${between}`;
    case "lost":
      return `Hubble lost ${count === undefined ? "" : `${count.toLocaleString("en")} `}events${where} ${between}`;
    case "shed":
      return `shed ${flows}${where} ${between}`;
    case "away":
      return `no flows${where} since ${clock(from)}: the node cannot be reached`;
    case "stopped":
      return `nobody records since ${clock(from)}`;
    case "unreadable":
      return `${flows} ${between} cannot be read by this version`;
  }
}

export function writeGaps(gaps: readonly Gap[]): string {
  return JSON.stringify(gaps);
}

/** What is no gap is left out. */
export function readGaps(text: string): Gap[] {
  const parsed = parse(text);
  return (Array.isArray(parsed) ? parsed : []).filter(isGap);
}

/** Per node: from when on it is recorded, and up to when; `through` null: as far as the whole recording. Epoch milliseconds. */
export interface NodeReach {
  readonly from: number;
  readonly through: number | null;
}

export interface Reach {
  /** Up to here everything is written that the connected nodes sent; null: nothing yet. */
  readonly through: number | null;
  readonly nodes: ReadonlyMap<string, NodeReach>;
}

export const noReach: Reach = { through: null, nodes: new Map() };

export function writeReach({ through, nodes }: Reach): string {
  return JSON.stringify({ through, nodes: [...nodes].map(([name, reach]) => [name, reach.from, reach.through]) });
}

export function readReach(text: string | undefined): Reach {
  const parsed = parse(text ?? "") as { readonly through?: unknown; readonly nodes?: unknown } | undefined;
  const rows: unknown[] = Array.isArray(parsed?.nodes) ? parsed.nodes : [];
  const nodes = rows.flatMap((row): [string, NodeReach][] => {
    const [name, from, through] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof name !== "string" || typeof from !== "number") return [];
    return [[name, { from, through: typeof through === "number" ? through : null }]];
  });
  return { through: typeof parsed?.through === "number" ? parsed.through : null, nodes: new Map(nodes) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function isGap(value: unknown): value is Gap {
  const { from, to, reason } = (value ?? {}) as Record<string, unknown>;
  return typeof from === "number" && typeof to === "number" && gapReasons.some((known) => known === reason);
}

function clock(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(11, 19) : "an unknown time";
}
