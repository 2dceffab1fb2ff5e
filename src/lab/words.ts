/** What can be typed at a lab that runs: another policy, a fault, a burst. Says in a sentence what is so now, or what to type. */
import type { Relay } from "./relay/create.ts";
import { type Loss, lostEventSources, noFaults } from "./relay/faults.ts";
import { stepNames, type World } from "./world/world.ts";

interface Ground {
  readonly world: World;
  readonly relay: Pick<Relay, "faults" | "setFaults">;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

type Word = (ground: Ground, args: readonly string[]) => Promise<string> | string;

const usage = {
  step: `step ${stepNames.join("|")}`,
  fault: "fault unavailable NODE…, fault failing NODE…, fault lost NODE COUNT [SOURCE], fault off",
  burst: "burst PER-SECOND [SECONDS [SOURCES]]",
} as const;
const words: { readonly [name in keyof typeof usage]: Word } = { step, fault, burst };

/** One line each. */
export const wordUsage: readonly string[] = Object.values(usage);

/** For completion, with the lab's nodes. */
export function wordCompletions({ world }: Pick<Ground, "world">): string[] {
  const faults = ["unavailable", "failing", "lost"].flatMap((kind) =>
    world.nodes.map(({ name }) => `fault ${kind} ${name}`),
  );
  return [...stepNames.map((name) => `step ${name}`), ...faults, "fault off", "burst 200 10 300"];
}

/** Undefined when the line is not for the lab. */
export async function runWord(ground: Ground, line: string): Promise<string | undefined> {
  const [name = "", ...args] = line.trim().split(/\s+/);
  if (!isWord(name)) return undefined;
  try {
    return await words[name](ground, args);
  } catch (error) {
    if (error instanceof RangeError) return `${error.message}. Type: ${usage[name]}`;
    throw error;
  }
}

function isWord(name: string): name is keyof typeof usage {
  return Object.hasOwn(words, name);
}

function step({ world, clock }: Ground, [wanted]: readonly string[]): string {
  const found = stepNames.find((name) => name === wanted);
  if (!found) return `The lab is at step ${world.stepAt(clock())}; steps: ${stepNames.join(", ")}`;
  world.setStep(found, clock());
  return `The policy is now at step ${found}; give the traffic a few seconds.`;
}

async function fault({ relay }: Ground, [kind, ...rest]: readonly string[]): Promise<string> {
  if (kind === "off" && rest.length === 0) await relay.setFaults(noFaults);
  else if (kind === "unavailable" && rest.length > 0) await relay.setFaults({ unavailableNodes: rest });
  else if (kind === "failing" && rest.length > 0) await relay.setFaults({ failingNodes: rest });
  else if (kind === "lost" && rest.length > 1)
    await relay.setFaults({ losses: [...relay.faults().losses, loss(rest)] });
  else if (kind !== undefined) throw new RangeError(`no such fault: ${[kind, ...rest].join(" ")}`);
  return faultsText(relay);
}

function loss([node = "", count, source = lostEventSources[0]]: readonly string[]): Loss {
  const known = lostEventSources.find((each) => each === source);
  if (known === undefined) throw new RangeError(`SOURCE is one of ${lostEventSources.join(", ")}`);
  return { node, count: Number(count), source: known };
}

function faultsText(relay: Ground["relay"]): string {
  const { unavailableNodes, failingNodes, losses } = relay.faults();
  const said = [
    ...unavailableNodes.map((node) => `${node} is unavailable`),
    ...failingNodes.map((node) => `${node} answers with an error`),
    ...losses.map(({ node, count, source }) => `${node} lost ${count} events (${source})`),
  ];
  return said.length === 0
    ? `Nothing is wrong with Relay. Type: ${usage.fault}`
    : `Relay: ${said.join("; ")}. Ends with: fault off`;
}

function burst({ world, clock }: Ground, [perSecond, seconds = "10", sources = "300"]: readonly string[]): string {
  const wanted = { perSecond: Number(perSecond), seconds: Number(seconds), sources: Number(sources) };
  const made = world.burst({ at: clock(), ...wanted });
  const total = made.perSecond * made.seconds;
  return `${total} packets from up to ${made.sources} addresses to deathstar are dropped in the next ${made.seconds} seconds.`;
}
