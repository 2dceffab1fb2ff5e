/** The lines that show the same by hand. */

import { isAddress } from "../../analysis/redact/host.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { resolvedFields, textFields } from "../../analysis/target-fields.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import { policyKind } from "../drops/words.ts";
import { namedDrops } from "./outside.ts";
import type { WhyPicture } from "./picture.ts";

const maxPolicies = 4;
const maxAddresses = 5;

export function whyCopyAs({ args, window, views }: WhyPicture): Answer["copyAs"] {
  const why = views.find((view) => view.why !== undefined)?.why;
  const isIcmp = args.protocol.startsWith("ICMP");
  const hubble = [
    ...["hubble", "observe", "--since", rfc3339(window.from), "--until", rfc3339(window.to)],
    ...endFlags("from", args.from, why?.from.resolution ?? null),
    ...endFlags("to", args.to, why?.to.resolution ?? null),
    // Flows carry the pods' port, which need not be the Service's.
    ...(args.port === null || isIcmp ? [] : ["--to-port", String(why?.cases[0]?.port ?? args.port)]),
    ...(args.port === null || args.protocol === "TCP" ? [] : ["--protocol", args.protocol.toLowerCase()]),
  ];
  const addresses = [...new Set(views.flatMap((view) => namedDrops(view).map(({ destination }) => destination)))]
    .filter(isAddress)
    .slice(0, maxAddresses);
  const byAddress = [
    ...["hubble", "observe", "--since", rfc3339(window.from), "--until", rfc3339(window.to), "--verdict", "DROPPED"],
    ...endFlags("from", args.from, why?.from.resolution ?? null),
    ...addresses.flatMap((address) => ["--to-ip", address]),
  ];
  const policies = views.flatMap((view) => view.why?.policies ?? []);
  const kubectl = [...new Set(policies.map(({ kind, namespace, name }) => getLine(kind, namespace, name)))];
  return [
    { label: "Hubble", text: hubble.map(shellWord).join(" ") },
    ...(addresses.length === 0 ? [] : [{ label: "Hubble", text: byAddress.map(shellWord).join(" ") }]),
    ...kubectl.slice(0, maxPolicies).map((text) => ({ label: "Kubernetes", text })),
  ];
}

export function getLine(kind: string, namespace: string, name: string): string {
  const where = namespace === "" ? [] : ["-n", namespace];
  return ["kubectl", "get", policyKind(kind), ...where, name, "-o", "yaml"].map(shellWord).join(" ");
}

/** One way to say the end that one kind of flag can say: its pods, where there are few. */
function endFlags(side: "from" | "to", target: Target, resolution: Resolution | null): string[] {
  const resolved = resolution?.status === "resolved" ? resolution.target : undefined;
  const hasPods =
    resolved !== undefined && resolved.podCount > 0 && target.kind !== "namespace" && target.kind !== "labels";
  // A Service without pods still has a namespace.
  const isService = resolved?.target.kind === "service";
  const ways = hasPods ? resolvedFields(resolved) : textFields(isService ? resolved.target : target);
  const alone = ways.filter((way) => Object.keys(way).length === 1);
  const { workload: _, ...fields } =
    alone.find((way) => way.pod !== undefined && way.pod.length <= 5) ?? alone[0] ?? {};
  return Object.entries(fields).flatMap(([name, values]: [string, readonly (string | number)[] | undefined]) =>
    (values ?? []).flatMap((value) => [`--${side}-${name}`, String(value)]),
  );
}
