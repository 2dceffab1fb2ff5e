/** What makes Cilium look into requests, and what that does besides: shown where no request was seen. */
import type { Block } from "../../message/message.ts";
import { isOutside, targetNamespace } from "../drops/visible.ts";
import type { L7Picture } from "./picture.ts";

const everyPod = "  endpointSelector: {} # all pods of the namespace";

export function visibilityBlocks<Summary>(picture: L7Picture<Summary>): Block[] {
  const isHttp = picture.name === "http";
  const what = isHttp ? "requests" : "lookups";
  const direction = isHttp ? "ingress" : "egress";
  const policy = isHttp ? httpPolicy(picture) : dnsPolicy(picture);
  // All pods of a namespace are seldom what is meant.
  const isOpen = policy.includes(everyPod);
  return [
    {
      kind: "text",
      text: isHttp
        ? `Cilium sees HTTP only on ports that a policy with HTTP rules sends through its proxy. This one shows every request to these pods and refuses none; put your port${isOpen ? " and labels" : ""} in:`
        : `Cilium sees DNS only where a policy with DNS rules sends it through its proxy. This one shows every lookup of these pods and refuses none${isOpen ? "; put your labels in" : ""}:`,
    },
    { kind: "code", title: "l7-visibility.yaml", code: policy },
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
  return [
    "apiVersion: cilium.io/v2",
    "kind: CiliumNetworkPolicy",
    "metadata:",
    "  name: l7-visibility",
    `  namespace: ${namespaceIn(picture) ?? "default"}`,
    "spec:",
    ...selector(picture),
  ];
}

/** Labels that were typed are the selector, else those that the target's pods have; else it is all of the namespace, and says so. */
function selector<Summary>(picture: L7Picture<Summary>): string[] {
  const { target } = picture.shared.args.select;
  const pairs = target?.kind === "labels" ? target.selector.split(",") : labelsIn(picture);
  const labels = pairs.map((pair) => /^((?:[a-z0-9]+:)?[-\w./]+)={1,2}([-\w.]+)$/.exec(pair));
  if (labels.length === 0 || labels.some((label) => label === null)) return [everyPod];
  return [
    "  endpointSelector:",
    "    matchLabels:",
    ...labels.flatMap((label) => (label === null ? [] : [`      ${label[1]}: "${label[2]}"`])),
  ];
}

/** Of the one pod or workload that the target is, in each cluster that knows it: what they share. */
function labelsIn<Summary>({ views }: L7Picture<Summary>): readonly string[] {
  const found = views.flatMap((view) => {
    if (view.resolution?.status !== "resolved") return [];
    const { target, labels = [] } = view.resolution.target;
    const namespace = targetNamespace(target);
    const isHidden = isOutside({ name: "", labels: [`k8s:io.kubernetes.pod.namespace=${namespace}`] }, view);
    return [isHidden ? [] : labels];
  });
  const [first = [], ...others] = found;
  // Without a value there is nothing to match.
  return first.filter((label) => !label.endsWith("=") && others.every((labels) => labels.includes(label)));
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
