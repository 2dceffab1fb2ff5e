/** Why the ports of an entry do not cover this protocol and port. */
import type { Port, PortRule } from "../policy.ts";
import { maxWanted } from "./conditions.ts";
import type { Miss } from "./peer-condition.ts";

/** The number behind a port's name; null when it has none. */
export type ResolveName = (name: string, protocol: string) => number | null;

/** Null when they do. */
export function portMiss(
  rules: readonly PortRule[] | null,
  flow: { readonly protocol: string; readonly port: number },
  resolve: ResolveName,
): Miss | null {
  if (rules === null) return null;
  const ports = rules.flatMap(({ ports: list }) => list);
  if (ports.length === 0) return { condition: { kind: "no-ports" }, distance: 3 };
  const { protocol, port: got } = flow;
  const same = ports.filter((port) => port.protocol === protocol);
  if (same.some((port) => coversPort(port, got, resolve))) return null;
  if (same.length === 0)
    return {
      condition: { kind: "protocol", wanted: few(ports.map((port) => port.protocol)), got: protocol },
      distance: 2,
    };
  if (protocol.startsWith("ICMP"))
    return {
      condition: { kind: "icmp-type", wanted: same.slice(0, maxWanted).map(({ port }) => port), got },
      distance: 1,
    };
  const named = same.find(({ name }) => name !== "");
  if (named !== undefined && same.every(({ name }) => name !== "")) {
    const resolved = resolve(named.name, protocol);
    return { condition: { kind: "named-port", wanted: named.name, resolved, got }, distance: 1 };
  }
  return { condition: { kind: "port", protocol, wanted: few(same.map(portText)), got }, distance: 1 };
}

function coversPort(port: Port, wanted: number, resolve: ResolveName): boolean {
  const low = port.name === "" ? port.port : resolve(port.name, port.protocol);
  if (low === null) return false;
  if (low === 0 && port.endPort === 0) return true;
  return wanted >= low && wanted <= Math.max(low, port.endPort);
}

function portText({ name, port, endPort }: Port): string {
  if (name !== "") return name;
  return endPort > port ? `${port}-${endPort}` : String(port);
}

function few(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, maxWanted);
}
