/** The same by hand. */
import type { Answer } from "../command.ts";
import type { StatusView } from "./gather.ts";

const mostQueries = 3;

export function statusCopyAs(views: readonly StatusView[]): Answer["copyAs"] {
  const queries = views.flatMap(({ panels }) => Object.values(panels).flatMap((panel) => panel?.queries ?? []));
  return [
    { label: "Hubble", text: "hubble status\nhubble list nodes -o wide" },
    { label: "Kubernetes", text: "kubectl get nodes\nkubectl -n kube-system get pods -l k8s-app=cilium -o wide" },
    ...(queries.length === 0
      ? []
      : [{ label: "Prometheus", text: [...new Set(queries)].slice(0, mostQueries).join("\n") }]),
  ];
}
