/** What is wrong with the relay on purpose, for demos and tests. */
export const lostEventSources = ["PERF_EVENT_RING_BUFFER", "OBSERVER_EVENTS_QUEUE", "HUBBLE_RING_BUFFER"] as const;

/** Events that one agent lost, and where. */
export interface Loss {
  readonly node: string;
  readonly source: (typeof lostEventSources)[number];
  readonly count: number;
}

export interface Faults {
  /** Nodes whose agents the relay cannot reach. */
  readonly unavailableNodes: readonly string[];
  /** Nodes whose agents answer with an error instead of flows: connected, and of no use. */
  readonly failingNodes: readonly string[];
  /** Above 0: each agent says at the head of a flow stream that its kernel ring lost so many events. */
  readonly lostEvents: number;
  /** The same for single nodes, from any source; streams that are open hear of it too. */
  readonly losses: readonly Loss[];
  /** Connections are taken, nothing is answered. */
  readonly hang: boolean;
  /** Nobody listens. */
  readonly refuse: boolean;
  /** Behaves like this version of Cilium (`1.14.19`); null: like the one it was made with. */
  readonly olderVersion: string | null;
}

export const noFaults: Faults = {
  unavailableNodes: [],
  failingNodes: [],
  lostEvents: 0,
  losses: [],
  hang: false,
  refuse: false,
  olderVersion: null,
};

/** Faults as they come in from outside. Throws a RangeError that says what is wrong. */
export function readFaults(value: unknown): Partial<Faults> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError('faults are an object, like {"hang":true}');
  }
  for (const [name, given] of Object.entries(value)) {
    const fits = Object.hasOwn(shapes, name) ? shapes[name as keyof Faults] : undefined;
    if (fits === undefined) {
      throw new RangeError(`no such fault: ${name}; there are ${Object.keys(shapes).join(", ")}`);
    }
    if (!fits(given)) {
      throw new RangeError(`${name} cannot be ${JSON.stringify(given)}`);
    }
  }
  return value;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((node) => typeof node === "string");
}

function isLoss(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { node, source, count } = value as Partial<Record<keyof Loss, unknown>>;
  const known = lostEventSources.some((each) => each === source);
  return typeof node === "string" && known && typeof count === "number";
}

const isBoolean = (value: unknown) => typeof value === "boolean";

const shapes: { readonly [name in keyof Faults]: (value: unknown) => boolean } = {
  unavailableNodes: isNames,
  failingNodes: isNames,
  losses: (value) => Array.isArray(value) && value.length <= 100 && value.every(isLoss),
  lostEvents: (value) => typeof value === "number",
  hang: isBoolean,
  refuse: isBoolean,
  olderVersion: (value) => value === null || typeof value === "string",
};
