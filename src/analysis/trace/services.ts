/** Translations at the source's sockets: connections to a service's address, and the backends that they were given. */
import type { Flow } from "../flow.ts";
import type { TraceService } from "./trace.ts";

export interface Services {
  add(flow: Flow): void;
  /** Backends' ports that stand for the port asked for. */
  readonly ports: ReadonlySet<number>;
  list(): readonly TraceService[];
}

/** The translation follows at once, in milliseconds. */
const nearMs = 50;
const mostServices = 50;
const mostPorts = 100;
const listed = 5;
/** Of TraceEvent: before and after the translation towards the backend. */
const before = 1;
const after = 2;

export function createServices(port: number | null): Services {
  const counts = new Map<string, { asked: number; translated: number }>();
  const ports = new Set<number>();
  let waiting:
    | { readonly ip: string; readonly time: number; readonly port: number; readonly service: string }
    | undefined;

  return {
    add({ eventSubType, sourceIp, time, destinationPort, destinationService }) {
      if (eventSubType === before && destinationService !== undefined) {
        const service = `${destinationService.namespace}/${destinationService.name}`;
        const known = counts.get(service) ?? { asked: 0, translated: 0 };
        if (port !== null && port !== destinationPort) return;
        if (!counts.has(service) && counts.size >= mostServices) return;
        counts.set(service, known);
        known.asked += 1;
        waiting = { ip: sourceIp, time, port: destinationPort, service };
      } else if (eventSubType === after && waiting?.ip === sourceIp && Math.abs(time - waiting.time) < nearMs) {
        const known = counts.get(waiting.service);
        if (known !== undefined) known.translated += 1;
        if (port !== null && ports.size < mostPorts) ports.add(destinationPort);
        waiting = undefined;
      }
    },
    ports,
    list: () =>
      [...counts]
        .map(([service, count]) => ({ service, ...count }))
        .sort((one, other) => other.asked - one.asked || (one.service < other.service ? -1 : 1))
        .slice(0, listed),
  };
}
