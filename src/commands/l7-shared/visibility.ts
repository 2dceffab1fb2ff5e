/** What makes Cilium look into requests, and what that does besides: shown where no request was seen. */
import type { Target } from "../../analysis/target.ts";
import type { Block } from "../../message/message.ts";
import { isOutside } from "../drops/visible.ts";
import type { L7Picture } from "./picture.ts";

export function visibilityBlocks<Summary>(picture: L7Picture<Summary>): Block[] {
  const isHttp = picture.name === "http";
  const what = isHttp ? "requests" : "lookups";
  const direction = isHttp ? "ingress" : "egress";
  return [
    {
      kind: "text",
      text: isHttp
        ? "Cilium sees HTTP only on ports that a policy with HTTP rules sends through its proxy. This one shows every request to these pods and refuses none; put your port and labels in:"
        : "Cilium sees DNS only where a policy with DNS rules sends it through its proxy. This one shows every lookup of these pods and refuses none; put your labels in:",
    },
    { kind: "code", title: "l7-visibility.yaml", code: isHttp ? httpPolicy(picture) : dnsPolicy(picture) },
    {
      kind: "note",
      tone: "warn",
      text: [
        "Side effect: a policy enforces. Only ",
        { code: "enableDefaultDeny" },
        ` (Cilium 1.16 and later) keeps the other ${direction} of these pods open: an older agent drops all ${direction} that no policy admits. The ${what} go through the proxy, which costs a little time and CPU, and fail while it is down.`,
      ],
    },
  ];
}

function httpPolicy<Summary>(picture: L7Picture<Summary>): string {
  return [
    ...head(picture),
    "  enableDefaultDeny:",
    "    ingress: false",
    "  ingress:",
    "    - toPorts:",
    "        - ports:",
    '            - port: "80"',
    "              protocol: TCP",
    "          rules:",
    "            http:",
    "              - {}",
  ].join("\n");
}

function dnsPolicy<Summary>(picture: L7Picture<Summary>): string {
  return [
    ...head(picture),
    "  enableDefaultDeny:",
    "    egress: false",
    "  egress:",
    "    - toEndpoints:",
    "        - matchLabels:",
    "            k8s:io.kubernetes.pod.namespace: kube-system",
    "            k8s-app: kube-dns",
    "      toPorts:",
    "        - ports:",
    '            - port: "53"',
    "              protocol: ANY",
    "          rules:",
    "            dns:",
    '              - matchPattern: "*"',
  ].join("\n");
}

function head<Summary>(picture: L7Picture<Summary>): string[] {
  const { target } = picture.shared.args.select;
  return [
    "apiVersion: cilium.io/v2",
    "kind: CiliumNetworkPolicy",
    "metadata:",
    "  name: l7-visibility",
    `  namespace: ${namespaceIn(picture) ?? "default"}`,
    "spec:",
    ...selector(target),
  ];
}

/** Labels that were typed are the selector; else it is all of the namespace, and says so. */
function selector(target: Target | undefined): string[] {
  const pairs = target?.kind === "labels" ? target.selector.split(",") : [];
  const labels = pairs.map((pair) => /^((?:[a-z0-9]+:)?[-\w./]+)={1,2}([-\w.]+)$/.exec(pair));
  if (labels.length === 0 || labels.some((label) => label === null))
    return ["  endpointSelector: {} # all pods of the namespace"];
  return [
    "  endpointSelector:",
    "    matchLabels:",
    ...labels.flatMap((label) => (label === null ? [] : [`      ${label[1]}: "${label[2]}"`])),
  ];
}

/** Where the target lives, as far as that may be shown. */
function namespaceIn<Summary>({ views, shared }: L7Picture<Summary>): string | undefined {
  const { target } = shared.args.select;
  for (const view of views) {
    const found = view.resolution?.status === "resolved" ? view.resolution.target : undefined;
    const namespace = found?.workload?.namespace ?? found?.pods[0]?.namespace;
    if (
      namespace !== undefined &&
      !isOutside({ name: `${namespace}/`, labels: [`k8s:io.kubernetes.pod.namespace=${namespace}`] }, view)
    )
      return namespace;
  }
  if (target === undefined) return undefined;
  return target.kind === "namespace" ? target.name : "namespace" in target ? target.namespace : undefined;
}
