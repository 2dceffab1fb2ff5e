/** Which ports of the receiver to ask about, and which port of its pods a Service's port is. */
import type { PolicySet } from "../../../policy/engine/policy-set.ts";
import type { Direction } from "../../../policy/policy.ts";
import { rulesFor } from "../../../policy/selects.ts";
import type { ServiceEntry } from "../entries.ts";
import type { EndSet } from "./ends.ts";

export interface AskedPort {
  readonly number: number;
  readonly protocol: string;
  /** It stands for every port that no rule names. */
  readonly other: boolean;
}

const maxPorts = 5;
/** Tried in this order for a port that no rule names. */
const unusual = [49_152, 1, 65_535, 30_000, 5_353];

/** Those that rules for these ends name, and one that none does. Of the given protocol when no rule names a port. */
export function portsOfRules(
  set: PolicySet,
  sides: readonly { readonly of: readonly EndSet[]; readonly direction: Direction }[],
  protocol: string,
): { readonly ports: readonly AskedPort[]; readonly folded: number } {
  const found = new Map<string, AskedPort>();
  const ranges: { readonly low: number; readonly high: number }[] = [];
  for (const { of, direction } of sides) {
    for (const { end } of of) {
      const sections = set.policies
        .flatMap((policy) => rulesFor(policy, end.labels))
        .flatMap((rule) => rule[direction]?.items ?? []);
      for (const rule of sections.flatMap(({ ports }) => ports ?? [])) {
        for (const port of rule.ports) {
          const number =
            port.name === ""
              ? port.port
              : (end.namedPorts ?? []).find(
                  (one) => one.name.toLowerCase() === port.name && one.protocol === port.protocol,
                )?.port;
          if (number === undefined || number === 0 || port.protocol.startsWith("ICMP")) continue;
          ranges.push({ low: number, high: Math.max(number, port.endPort) });
          found.set(`${number}/${port.protocol}`, { number, protocol: port.protocol, other: false });
        }
      }
    }
  }
  // A port of all protocols is asked about once.
  const named = [...found.values()].filter(
    (port) => port.protocol === protocol || !found.has(`${port.number}/${protocol}`),
  );
  named.sort((left, right) => left.number - right.number);
  const free = unusual.find((number) => !ranges.some(({ low, high }) => number >= low && number <= high)) ?? 49_152;
  return {
    ports: [...named.slice(0, maxPorts), { number: free, protocol, other: true }],
    folded: Math.max(0, named.length - maxPorts),
  };
}

interface Translated {
  readonly port: number;
  /** A sentence when it is not the port that was typed. */
  readonly note: string;
}

/** People type the Service's port; policies see the pods'. */
export function podPort(
  asked: { readonly port: number; readonly protocol: string },
  service: ServiceEntry | undefined,
  sets: readonly EndSet[],
): Translated {
  const { port, protocol } = asked;
  const found = service?.ports.find((one) => one.port === port && one.protocol === protocol);
  if (service === undefined || found === undefined) return { port, note: "" };
  const { target } = found;
  const number =
    typeof target === "number"
      ? target
      : sets.flatMap(({ end }) => end.namedPorts ?? []).find((one) => one.name === target && one.protocol === protocol)
          ?.port;
  if (number === undefined || number === port) return { port, note: "" };
  return {
    port: number,
    note: `Service ${service.namespace}/${service.name} sends port ${port} to port ${number} of its pods; policies see ${number}.`,
  };
}
