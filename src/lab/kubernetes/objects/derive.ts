/** Names and numbers that a real cluster draws at random, drawn here from the world's seed: the same world has the same objects. */
import { createHash } from "node:crypto";
import type { World } from "../../world/world.ts";

/** Kubernetes leaves out vowels and look-alikes in generated names. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

export function hex(world: World, length: number, ...parts: readonly string[]): string {
  return createHash("sha256")
    .update([String(world.seed), ...parts].join("\0"))
    .digest("hex")
    .slice(0, length);
}

export function uidOf(world: World, kind: string, namespace: string, name: string): string {
  const digits = hex(world, 32, "uid", kind, namespace, name);
  // The digits a random UUID (version 4) has fixed.
  const fixed = `${digits.slice(0, 12)}4${digits.slice(13, 16)}a${digits.slice(17)}`;
  return fixed.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Five characters as at the end of a generated name. */
export function suffix(world: World, ...parts: readonly string[]): string {
  const digits = hex(world, 10, "suffix", ...parts);
  return [0, 2, 4, 6, 8]
    .map((at) => alphabet[Number.parseInt(digits.slice(at, at + 2), 16) % alphabet.length])
    .join("");
}

/** An address of a /24 that no pod has. */
export function freeAddress(world: World, cidr: string, purpose: string): string {
  const prefix = cidr.slice(0, cidr.lastIndexOf("."));
  const taken = new Set(world.pods.map((pod) => pod.ip));
  const first = Number.parseInt(hex(world, 2, "address", cidr, purpose), 16) % 253;
  const hosts = Array.from({ length: 253 }, (_, step) => ((first + step) % 253) + 2);
  return hosts.map((host) => `${prefix}.${host}`).find((ip) => !taken.has(ip)) ?? `${prefix}.254`;
}
