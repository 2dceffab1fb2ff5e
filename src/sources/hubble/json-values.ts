/** Values of a JSON record whose types nobody guarantees: what is not of the wanted type is as good as absent. */
import type { NamespacedName } from "../../analysis/flow.ts";

export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function texts(value: unknown): string[] {
  return list(value).filter((one) => typeof one === "string");
}

/** Also numbers in quotes, which is how protobuf's JSON writes 64 bits. */
export function number(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : 0;
  return typeof value === "string" && /^-?\d{1,20}$/.test(value) ? Number(value) : 0;
}

export function readService(value: unknown): NamespacedName | undefined {
  const json = object(value);
  return json && { namespace: text(json["namespace"]), name: text(json["name"]) };
}
