/** A policy as YAML, ready for kubectl. */
import { stringify } from "yaml";
import type { PolicyObject } from "../policy.ts";

/** `comment`: lines that stand in front of it. Whatever they hold stays a comment. */
export function writePolicy({ kind, namespace, name, spec }: PolicyObject, comment: readonly string[]): string {
  const object = {
    apiVersion: kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "cilium.io/v2",
    kind,
    metadata: { name, ...(namespace !== "" && { namespace }) },
    spec,
  };
  const lines = comment.flatMap((line) => line.split(/[\r\n\u0085\u2028\u2029]/)).map((line) => `# ${line}`.trimEnd());
  return `${lines.map((line) => `${line}\n`).join("")}${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
