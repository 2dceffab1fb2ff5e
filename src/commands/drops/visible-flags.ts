/** How `hubble observe` shows the same flows where only some namespaces may be seen, as far as its flags can say it (hubble/cmd/observe/flows_filter.go). */
import type { Target } from "../../analysis/target.ts";
import type { ClusterView } from "./gather.ts";
import { isAllVisible, sharedVisible } from "./visible.ts";

type Flags = readonly (readonly [name: string, value: string])[];

/** Flags that stand beside `flags`, for one line or two; undefined when no line says it. */
export function visibleFlags(
  views: readonly ClusterView[],
  target: Target | undefined,
  flags: Flags,
): readonly Flags[] | undefined {
  if (target !== undefined && views.every((view) => isAllVisible(view, target))) return [[]];
  const namespaces = sharedVisible(views);
  if (namespaces === undefined || namespaces.length === 0 || flags.some(([name]) => takesNamespace.test(name)))
    return undefined;
  const side = (name: string): Flags => namespaces.map((namespace) => [name, namespace]);
  // Conditions on either end and `--namespace` would have to hold on the same end.
  return flags.some(([name]) => eitherEnd.test(name))
    ? [side("--from-namespace"), side("--to-namespace")]
    : [side("--namespace")];
}

/** Hubble refuses these beside a namespace, or takes the namespace for their own. */
const takesNamespace = /^--(from-|to-)?(pod|namespace|service|ip|fqdn)$/;
const eitherEnd = /^--(label|identity|workload|port)$/;
