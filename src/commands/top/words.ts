/** Wordings that several parts of the answer share. */
import { quantity } from "../../message/quantity.ts";
import { lowerFirst, reasonText, shorten } from "../drops/words.ts";
import type { Kind } from "./args.ts";

/** As metrics have them: any may be missing. */
export type Labels = Readonly<Partial<Record<string, string>>>;

/** What is ranked, as a plural. */
export const things: Readonly<Record<Kind, string>> = {
  maps: "map operations",
  drops: "drops",
  talkers: "talkers",
  ports: "ports",
  dns: "DNS queries",
  http: "HTTP requests",
};

/** The node, as well as it is known: its name, else its agent's pod or address. */
export function nodeText(labels: Labels): string {
  return shorten(labels["node"] || labels["pod"] || labels["instance"] || "");
}

/** `ct4_global lookup`, `default/xwing → default/deathstar:80/TCP`, `443/TCP`, `Policy denied, ingress`. */
export function rowText(labels: Labels): string {
  if (labels["name"] !== undefined) return nameText(labels);
  if (labels["method"] !== undefined) return requestText(labels);
  if (labels["map_name"] !== undefined) return `${mapText(labels)} ${operationText(labels)}`;
  if (labels["port"] !== undefined && labels["source"] === undefined) return portText(labels);
  if (labels["source"] !== undefined || labels["destination"] !== undefined) return endsText(labels);
  return `${reasonText(labels["reason"] ?? "")}, ${(labels["direction"] ?? "").toLowerCase() || "direction not known"}`;
}

export function mapText(labels: Labels): string {
  return shorten(labels["map_name"] ?? "");
}

export function operationText(labels: Labels): string {
  const operation = shorten(labels["operation"] ?? "");
  return isFailed(labels) ? `${operation}, failed` : operation;
}

/** A query's name; the root has none. */
export function nameText({ name = "" }: Labels): string {
  return name === "" ? "the root" : shorten(name);
}

/** `GET /v1/orders/{id} at shop/cart`. */
export function requestText(labels: Labels): string {
  return `${methodText(labels)} at ${end(labels["destination"])}`;
}

export function methodText({ method = "", path = "" }: Labels): string {
  return `${method === "" ? "no method" : shorten(method)} ${shorten(path)}`;
}

export function isFailed(labels: Labels): boolean {
  return labels["outcome"] === "fail";
}

/** Hubble's metrics have ends without a name: the host, what lies outside the cluster, ICMPv6. */
export function endsText(labels: Labels): string {
  const { source, destination, port = "", protocol = "" } = labels;
  const host = end(destination);
  const at = /^[1-9]\d*$/.test(port) ? `:${port}${protocol === "" ? "" : `/${shorten(protocol)}`}` : "";
  const bare = at === "" && port !== "" && protocol !== "" ? ` ${shorten(protocol)}` : "";
  return `${end(source)} → ${at !== "" && host.includes(":") ? `[${host}]` : host}${at}${bare}`;
}

/** ICMP has no ports: Hubble counts it under 0. */
export function portText({ port = "", protocol = "" }: Labels): string {
  return port === "0" || port === "" ? `${shorten(protocol)}, no port` : `${shorten(port)}/${shorten(protocol)}`;
}

export function whyText(labels: Labels): string {
  return labels["reason"] === undefined ? "" : lowerFirst(reasonText(labels["reason"]));
}

/** `3.2`, as many digits as tell something. */
export function rateText(rate: number): string {
  return quantity(rate, "");
}

/** `3.2 ops/s`, but `about 27 an hour`: nobody counts in thousandths. */
export function slowRateText(rate: number): string {
  return rate >= 0.1 ? `${rateText(rate)} ops/s` : `about ${rateText(Math.max(1, Math.round(rate * 3_600)))} an hour`;
}

export function shareText(part: number, total: number): string {
  if (!(total > 0)) return "–";
  const percent = (part / total) * 100;
  return percent > 0 && percent < 1 ? "<1%" : `${Math.round(Math.min(100, percent))}%`;
}

/** Against the window of the same length before: `+12%`, `×3.2`, `new`, `same`, `unknown`. */
export function changeText(rate: number, before: number | null): string {
  if (before === null) return "unknown";
  if (before === 0) return "new";
  const factor = rate / before;
  if (factor >= 2.95) return `×${quantity(factor, "")}`;
  const percent = Math.round((factor - 1) * 100);
  if (percent === 0) return "same";
  return percent > 0 ? `+${percent}%` : `−${-percent}%`;
}

export function end(name: string | undefined): string {
  if (name === undefined) return "?";
  return name === "" ? "no name" : shorten(name);
}
