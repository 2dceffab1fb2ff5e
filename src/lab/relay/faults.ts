/** What is wrong with the relay on purpose, for demos and tests. */
export interface Faults {
  /** Nodes whose agents the relay cannot reach. */
  readonly unavailableNodes: readonly string[];
  /** Above 0: each agent says at the head of a flow stream that its kernel ring lost so many events. */
  readonly lostEvents: number;
  /** Connections are taken, nothing is answered. */
  readonly hang: boolean;
  /** Nobody listens. */
  readonly refuse: boolean;
  /** Behaves like this version of Cilium (`1.14.19`); null: like the one it was made with. */
  readonly olderVersion: string | null;
}

export const noFaults: Faults = {
  unavailableNodes: [],
  lostEvents: 0,
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

const isBoolean = (value: unknown) => typeof value === "boolean";

const shapes: { readonly [name in keyof Faults]: (value: unknown) => boolean } = {
  unavailableNodes: (value) => Array.isArray(value) && value.every((node) => typeof node === "string"),
  lostEvents: (value) => typeof value === "number",
  hang: isBoolean,
  refuse: isBoolean,
  olderVersion: (value) => value === null || typeof value === "string",
};
