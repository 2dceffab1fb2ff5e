/** What the watches say about themselves, and in words what it means for an answer. */
import type { Reflector } from "./reflector.ts";
import type { ReflectorPhase } from "./reflector-state.ts";

export interface KubernetesStatus {
  /** Every resource has been read, or is known to be absent or forbidden. */
  readonly ready: boolean;
  /** Address of the API server; "" before the first request. */
  readonly server: string;
  readonly resources: readonly ResourceStatus[];
  /** A sentence for each resource that cannot be read or is not up to date. */
  readonly notes: readonly string[];
}

export interface ResourceStatus {
  /** As in RBAC rules: `pods`, `ciliumnetworkpolicies`. */
  readonly name: string;
  readonly group: string;
  readonly phase: ReflectorPhase;
  /** Epoch milliseconds: since when it is in this phase. */
  readonly since: number;
  readonly objects: number;
  /** For people; "" when all is well. */
  readonly problem: string;
}

export function statusOf(reflectors: readonly Reflector[], server: string): KubernetesStatus {
  return {
    ready: reflectors.every(isSettled),
    server,
    resources: reflectors.map(resourceStatus),
    notes: notesOf(reflectors),
  };
}

/** Read once, or known not to be readable. */
export function isSettled(reflector: Reflector): boolean {
  return reflector.state().phase !== "listing";
}

/** What is in the index is all there is. A resource that the server does not have is empty, and that is the truth. */
export function isReadable(reflector: Reflector): boolean {
  const { phase } = reflector.state();
  return phase !== "listing" && phase !== "forbidden";
}

/** Epoch milliseconds since when one of them is not kept up to date; null: all are. */
export function staleSince(reflectors: readonly Reflector[]): number | null {
  const states = reflectors.map((reflector) => reflector.state()).filter(({ phase }) => phase === "stale");
  return states.length === 0 ? null : Math.min(...states.map(({ since }) => since));
}

/** Sentences about those that are not as they should be; `names` narrows it to what an answer rests on. */
export function notesOf(reflectors: readonly Reflector[], names?: readonly string[]): string[] {
  return reflectors
    .filter(({ resource }) => names === undefined || names.includes(resource.name))
    .map(noteOf)
    .filter((note) => note !== "");
}

function noteOf(reflector: Reflector): string {
  const { phase, problem, since } = reflector.state();
  const { kind, name, only } = reflector.resource;
  if (phase === "absent") return `${kind}: this cluster does not have it (${name}).`;
  if (phase === "forbidden" && only !== undefined)
    return `${kind} ${only}: not read, because our role may not list it; allow list and watch on ${name} with resourceNames: [${only}].`;
  if (phase === "forbidden")
    return `${kind}: not read, because our role may not list ${name}; allow get, list and watch on it.`;
  if (phase === "listing") return `${kind}: not read yet${problem === null ? "." : `; ${problem.say}`}`;
  if (phase === "stale")
    return `${kind}: as of ${new Date(since).toISOString()}, because the watch is lost${problem === null ? "." : `; ${problem.say}`}`;
  return problem === null ? "" : `${kind}: read once a minute, because our role may not watch ${name}.`;
}

function resourceStatus(reflector: Reflector): ResourceStatus {
  const { resource } = reflector;
  const { phase, since, problem } = reflector.state();
  const objects = [...resource.table.keys()].length;
  return { name: resource.name, group: resource.group, phase, since, objects, problem: problem?.say ?? "" };
}
