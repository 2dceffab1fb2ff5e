/** Questions about a namespace's way to default-deny as the lines that ask them, for buttons. */
import { timeSpecText } from "../../analysis/time.ts";
import { defaultDeny } from "../../policy/coach/default-deny.ts";
import { whatifLine } from "../whatif/line.ts";
import { quoteWord } from "../words.ts";
import { type AuditArgs, defaultSince } from "./args.ts";

export function auditLine({ namespace, since, clusters }: AuditArgs): string {
  const isDefault = since.kind === "ago" && since.ms === defaultSince.ms;
  return [
    "audit",
    quoteWord(namespace),
    ...(isDefault ? [] : ["--since", quoteWord(timeSpecText(since))]),
    ...(clusters ?? []).flatMap((cluster) => ["--cluster", quoteWord(cluster)]),
  ].join(" ");
}

/** The same flows under a policy that denies what no rule allows. */
export function denyLine({ namespace, since, clusters }: AuditArgs): string {
  const target = { kind: "namespace", name: namespace } as const;
  return whatifLine({ target, since, policies: [defaultDeny(namespace)], others: [], ...(clusters && { clusters }) });
}
