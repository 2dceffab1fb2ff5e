/** The arguments of `why`, checked: who to whom, on which port, with which request, and since when to look. */
import { z } from "zod";
import type { Target } from "../../analysis/target.ts";
import { readIp } from "../../analysis/target-ip.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { shown } from "../words.ts";

export interface WhyArgs {
  readonly from: Target;
  readonly to: Target;
  /** Null: each port that the receiver's rules name. The type for ICMP. */
  readonly port: number | null;
  readonly protocol: string;
  readonly http: Request | null;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export interface Request {
  readonly method: string;
  /** With the query string, as the proxy matches it. */
  readonly path: string;
  readonly host?: string;
}

interface Receiver extends Pick<WhyArgs, "to" | "port" | "protocol"> {}

const protocols = new Map([
  ["tcp", "TCP"],
  ["udp", "UDP"],
  ["sctp", "SCTP"],
  ["icmp", "ICMPv4"],
  ["icmpv4", "ICMPv4"],
  ["icmpv6", "ICMPv6"],
]);

const Raw = z.object({
  from: piece.one(sender),
  to: piece.one(receiver),
  http: piece.one(request).optional(),
  since: piece.one(piece.time).optional(),
  until: piece.one(piece.time).optional(),
  cluster: z.array(z.string()).optional(),
});

export const WhyArgs = Raw.transform(
  ({ from, to: { to, port, protocol }, http, since, until, cluster }, context): WhyArgs => {
    if (http !== undefined && protocol !== "TCP") {
      context.addIssue({
        code: "custom",
        path: ["http"],
        message: `HTTP needs TCP, and ${protocol} was asked for. Leave out the protocol, or --http.`,
      });
      return z.NEVER;
    }
    return {
      ...{ from, to, port, protocol, http: http ?? null },
      since: since ?? { kind: "ago", ms: 15 * 60_000 },
      until: until ?? { kind: "ago", ms: 0 },
      ...(cluster !== undefined && { clusters: cluster }),
    };
  },
);

function sender(text: string): piece.Read<Target> {
  const split = splitPort(text);
  if (split !== undefined)
    return refuse(`The port belongs behind the one that receives: type why ${split.target} DESTINATION:${split.port}.`);
  return named(text);
}

/** `TARGET`, `TARGET:80`, `TARGET:53/udp`, `[fd00::1]:80`. */
function receiver(text: string): piece.Read<Receiver> {
  const split = splitPort(text);
  const target = named(split?.target ?? text);
  if (!target.ok) return target;
  const protocol = protocols.get((split?.protocol ?? "tcp").toLowerCase());
  if (protocol === undefined)
    return refuse(
      `${shown(split?.protocol ?? "")} is no protocol. Type tcp, udp, sctp, icmp or icmpv6 behind the port, for example :53/udp.`,
    );
  if (split === undefined) return { ok: true, value: { to: target.value, port: null, protocol } };
  const port = piece.port(split.port);
  if (!port.ok) return port;
  if (port.value === 0 && !protocol.startsWith("ICMP"))
    return refuse("There is no port 0. Leave the port out to ask about all of them.");
  return { ok: true, value: { to: target.value, port: port.value, protocol } };
}

interface Split {
  readonly target: string;
  readonly port: string;
  readonly protocol: string | undefined;
}

function splitPort(text: string): Split | undefined {
  if (readIp(text) !== null) return undefined;
  const found = /^(.+):(\d{1,6})(?:\/([A-Za-z0-9]{1,10}))?$/.exec(text);
  const [, target, port, protocol] = found ?? [];
  if (target === undefined || port === undefined) return undefined;
  return { target: target.replace(/^\[(.*)\]$/, "$1"), port, protocol };
}

function named(text: string): piece.Read<Target> {
  const target = piece.target(text);
  if (target.ok && target.value.kind === "fqdn" && target.value.name.includes("*"))
    return refuse("A pattern is no end of a connection. Type one DNS name, for example api.example.com.");
  return target;
}

/** `PUT /path`, `PUT http://host/path`. */
function request(text: string): piece.Read<Request> {
  const [method = "", address = "", more] = text.trim().split(/\s+/);
  const how = "Type a method and a path in quotes, for example --http 'PUT /v1/exhaust-port'.";
  if (more !== undefined || !/^[A-Za-z]{1,20}$/.test(method)) return refuse(`${shown(text)} is no request. ${how}`);
  const found = /^(?:https?:\/\/([^/?#@\s]{1,253}))?(\/[^\s#]{0,2000})$/.exec(address);
  const path = found?.[2];
  if (path === undefined) return refuse(`${shown(text)} has no path that begins with /. ${how}`);
  const host = found?.[1];
  return { ok: true, value: { method: method.toUpperCase(), path, ...(host !== undefined && { host }) } };
}

function refuse(say: string): { readonly ok: false; readonly say: string } {
  return { ok: false, say };
}
