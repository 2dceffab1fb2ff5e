/** The namespaces that a question names. */
import type { EndSelect } from "../../analysis/select.ts";
import type { DropsArgs } from "./args.ts";
import { targetNamespace } from "./visible.ts";

/** In the order they stand in the question, each once. A pod or service without a namespace is one of `default`, as in Hubble. */
export function namedNamespaces({ select }: DropsArgs): string[] {
  const target = select.target && targetNamespace(select.target);
  const all = [...(target === undefined ? [] : [target]), ...[select.either, select.from, select.to].flatMap(ofEnd)];
  return [...new Set(all)];
}

function ofEnd({ pod = [], service = [], namespace = [] }: EndSelect): string[] {
  return [
    ...namespace,
    ...pod.flatMap((name) => ofName(name, namespace)),
    ...service.flatMap((name) => ofName(name, [])),
  ];
}

/** `beside`: namespaces that stand beside a pod are its own. `/name` is a name in any namespace. */
function ofName(name: string, beside: readonly string[]): string[] {
  const slash = name.indexOf("/");
  if (slash > 0) return [name.slice(0, slash)];
  return slash === 0 || beside.length > 0 ? [] : ["default"];
}
