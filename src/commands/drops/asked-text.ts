/** What was asked about, as the line under an answer names it. */
import { counted } from "../../analysis/counted.ts";
import type { ResolvedTarget } from "../../analysis/target.ts";
import { cutEnd } from "../../message/plain.ts";

const longest = 100;

/** `Deployment default/deathstar (2 pods)`; a pod, and an address that is a pod's, are one without saying so. */
export function thingText({ title, podCount, target }: Pick<ResolvedTarget, "title" | "podCount" | "target">): string {
  const isOne = target.kind === "pod" || (target.kind === "ip" && title.includes(" (Pod "));
  return `${titleText(title)}${isOne || podCount === 0 ? "" : ` (${counted(podCount, "pod")})`}`;
}

/** `Identity 37697 (k8s:class=deathstar, …)`: of a long list whole words, and the parenthesis is closed. */
function titleText(title: string): string {
  const [, lead = "", list = ""] = /^([^(]*)\((.*)\)$/.exec(title) ?? [];
  if (title.length <= longest || list === "" || lead.length > longest / 2) return cutEnd(title, longest);
  const words = list.split(", ");
  let shown = "";
  for (const word of words) {
    const next = shown === "" ? word : `${shown}, ${word}`;
    if (lead.length + next.length > longest - 4) break;
    shown = next;
  }
  // One label alone may be too long.
  return `${lead}(${shown === "" ? cutEnd(words[0] ?? "", longest - lead.length - 2) : `${shown}, …`})`;
}
